import type { OutboxEntry } from "@skein/client/outbox/entry";
import type { QueuedSubmission } from "@skein/protocol/methods/thread-queue";
import { deriveUnsentState, type UnsentState, wordsOf } from "../unsent/unsent-state.ts";

/** A message on its way to the queue. */
export interface UnsentQueued {
  readonly id: number;
  readonly text: string;
  readonly state: UnsentState;
}

/** In the order in which they were given; without those that the queue shows already. `wait`: what keeps them from being sent. */
export function deriveUnsentQueued(
  entries: readonly OutboxEntry[],
  threadId: string,
  messages: readonly QueuedSubmission[],
  wait: string | null,
): readonly UnsentQueued[] {
  const shown = new Set(messages.map(({ clientUserMessageId }) => clientUserMessageId));
  return entries
    .filter(({ lane, method }) => lane === threadId && method === "thread/queue/add")
    .filter(({ key, state }) => state.type !== "answered" && !shown.has(key))
    .map((entry) => ({ id: entry.id, text: wordsOf(entry), state: deriveUnsentState(entry, wait) }));
}
