/** What the screens use of a signed-in connection. `connect.ts` builds it on the client package, the fixtures on nothing. */
import type { MethodName, ParamsInput, ResultOf } from "@skein/protocol/methods";
import type { Thread } from "@skein/protocol/thread";
import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";
import type { ApprovalPolicy, SandboxPolicy } from "@skein/timeline/event";

/** State outside React, read with `useStore`. A snapshot is the same object until something changed. */
export interface Store<T> {
  subscribe(listener: () => void): () => void;
  getSnapshot(): T;
}

export type ConnectionState =
  | { readonly type: "idle" }
  | { readonly type: "connecting"; readonly attempt: number }
  | { readonly type: "initializing"; readonly attempt: number }
  | { readonly type: "live" }
  | { readonly type: "backoff"; readonly retryAt: number; readonly attempt: number; readonly reason: string }
  | { readonly type: "offline" }
  | { readonly type: "blocked"; readonly reason: string }
  | { readonly type: "closed" };

export type ThreadListState =
  | { readonly type: "loading" }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "ready"; readonly threads: readonly Thread[]; readonly hasMore: boolean };

export interface ThreadListStore extends Store<ThreadListState> {
  reload(): void;
  loadMore(): void;
}

export interface ThreadSettingsView {
  readonly model: string;
  readonly cwd: string;
  readonly approvalPolicy: ApprovalPolicy | null;
  readonly sandbox: SandboxPolicy["type"] | null;
}

export type ThreadState =
  | { readonly type: "loading" }
  | { readonly type: "failed"; readonly message: string; readonly gone: boolean }
  | {
      readonly type: "ready";
      readonly timeline: Timeline;
      readonly settings: ThreadSettingsView;
      /** Whether the log is still being caught up with after a break. */
      readonly catchingUp: boolean;
    };

export interface ThreadStore extends Store<ThreadState> {
  startTurn(params: Omit<ParamsInput<"turn/start">, "threadId">): Promise<void>;
  steer(params: Omit<ParamsInput<"turn/steer">, "threadId">): Promise<void>;
  interrupt(): Promise<void>;
  answerApproval(approval: PendingApproval, decision: "accept" | "acceptForSession" | "decline" | "cancel"): Promise<void>;
  loadOlder(): Promise<void>;
  /** Tries again after `failed`. */
  reload(): void;
}

export interface Session {
  readonly connection: Store<ConnectionState> & { retryNow(): void };
  readonly threads: ThreadListStore;
  /** Opens the thread for as long as it is subscribed to; the same store for the same id meanwhile. */
  thread(threadId: string): ThreadStore;
  request<M extends MethodName>(method: M, params: ParamsInput<M>): Promise<ResultOf<M>>;
}
