import type { OutboxEntry } from "@skein/client/outbox/entry";
import type { UnsentMessage } from "../timeline/row.ts";
import { deriveUnsentState, wordsOf } from "../unsent/unsent-state.ts";

/** A thread's messages on their way, as the timeline shows them. `wait`: what keeps them from being sent. */
export function deriveUnsent(
  entries: readonly OutboxEntry[],
  threadId: string,
  wait: string | null,
): readonly UnsentMessage[] {
  return entries
    .filter(({ lane, method }) => lane === threadId && method === "turn/start")
    .map((entry) => ({ clientId: entry.key, text: wordsOf(entry), state: deriveUnsentState(entry, wait) }));
}
