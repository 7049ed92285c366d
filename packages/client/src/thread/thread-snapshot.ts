import type { ResultOf } from "@skein/protocol/methods";
import type { PresentPeople } from "@skein/protocol/notifications/presence";
import type { Right } from "@skein/protocol/right";
import type { Thread } from "@skein/protocol/thread";
import type { ThreadStatus } from "@skein/protocol/thread-status";
import type { Timeline } from "@skein/timeline/reduce/timeline";

/**
 * `loading`: nothing to show yet. `catchingUp`: what is shown may be behind, because the connection is away or the missed
 * events are on their way. `live`: up to date. `failed`: it could not be opened; `retry` tries again. `deleted` is final.
 */
export type ThreadPhase =
  | { readonly type: "loading" }
  | { readonly type: "catchingUp" }
  | { readonly type: "live" }
  | { readonly type: "failed"; readonly error: Error }
  | { readonly type: "deleted" };

/** The settings in force when the thread was last resumed; `timeline.settings` holds later changes. */
export type ThreadConfiguration = Pick<
  ResultOf<"thread/resume">,
  "model" | "modelProvider" | "cwd" | "approvalPolicy" | "sandbox" | "reasoningEffort"
>;

export type OlderPages =
  | { readonly type: "idle" }
  | { readonly type: "loading" }
  | { readonly type: "failed"; readonly error: Error };

export interface ThreadSnapshot {
  readonly threadId: string;
  readonly phase: ThreadPhase;
  /** null until the first page is there; then kept, whatever the phase. */
  readonly timeline: Timeline | null;
  readonly thread: Thread | null;
  readonly configuration: ThreadConfiguration | null;
  /** null until the server has said. */
  readonly status: ThreadStatus | null;
  /** The reader's, on this thread; null until the server has said. */
  readonly rights: readonly Right[] | null;
  /** All who follow the thread, this client among them; empty while nobody has said. */
  readonly people: readonly PresentPeople[];
  readonly older: OlderPages;
}

export function initialSnapshot(threadId: string): ThreadSnapshot {
  return {
    ...{ threadId, phase: { type: "loading" }, timeline: null },
    ...{ thread: null, configuration: null, status: null, rights: null, people: [] },
    older: { type: "idle" },
  };
}
