import type { OutboxEntry } from "@skein/client/outbox/entry";
import type { UnsentMessage } from "../timeline/row.ts";

/** A thread's messages on their way, as the timeline shows them. */
export function deriveUnsent(
  entries: readonly OutboxEntry[],
  threadId: string,
  isConnected: boolean,
): readonly UnsentMessage[] {
  return entries
    .filter(({ lane, method }) => lane === threadId && method === "turn/start")
    .map((entry) => ({ clientId: entry.key, text: textOf(entry), state: stateOf(entry, isConnected) }));
}

/** What is answered is about to be shown by the log: until then nothing has changed for who looks. */
function stateOf({ state }: OutboxEntry, isConnected: boolean): UnsentMessage["state"] {
  if (state.type === "failed") return { type: "failed", reason: state.error.message };
  return { type: state.type === "waiting" && !isConnected ? "waiting" : "sending" };
}

/** What a message says. */
export function textOf({ params }: OutboxEntry): string {
  const { input = [] } = params as { input?: readonly { readonly type: string; readonly text?: string }[] };
  return input.map(({ text = "" }) => text).join("\n");
}
