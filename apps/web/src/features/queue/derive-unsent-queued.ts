import type { OutboxEntry } from "@skein/client/outbox/entry";
import { textOf } from "@skein/client/queue/queued-text";
import type { ParamsOf } from "@skein/protocol/methods";
import type { QueuedSubmission } from "@skein/protocol/methods/thread-queue";

type Params = Pick<ParamsOf<"thread/queue/add">, "input">;

/** A message on its way to the queue. */
export interface UnsentQueued {
  readonly id: number;
  readonly text: string;
  readonly state:
    | { readonly type: "sending" }
    | { readonly type: "waiting" }
    | { readonly type: "failed"; readonly reason: string };
}

/** In the order in which they were given; without those that the queue shows already. */
export function deriveUnsentQueued(
  entries: readonly OutboxEntry[],
  threadId: string,
  messages: readonly QueuedSubmission[],
  isConnected: boolean,
): readonly UnsentQueued[] {
  const shown = new Set(messages.map(({ clientUserMessageId }) => clientUserMessageId));
  return entries
    .filter(({ lane, method }) => lane === threadId && method === "thread/queue/add")
    .flatMap((entry): UnsentQueued[] => {
      const { id, key, state } = entry;
      if (state.type === "answered" || shown.has(key)) return [];
      const text = textOf((entry.params as Params).input);
      if (state.type === "failed") return [{ id, text, state: { type: "failed", reason: state.error.message } }];
      return [{ id, text, state: { type: state.type === "waiting" && !isConnected ? "waiting" : "sending" } }];
    });
}
