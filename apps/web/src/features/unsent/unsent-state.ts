import type { OutboxEntry } from "@skein/client/outbox/entry";
import { textOf } from "@skein/client/queue/queued-text";
import type { ParamsOf } from "@skein/protocol/methods";

/** How far a message is on its way. `why`: what it waits for, as the end of a sentence. */
export type UnsentState =
  | { readonly type: "waiting"; readonly why: string }
  | { readonly type: "sending" }
  | { readonly type: "failed"; readonly reason: string };

/**
 * `wait`: what keeps every message from being sent; null: nothing does. What is answered is about to be shown by the log:
 * until then nothing has changed for who looks.
 */
export function deriveUnsentState({ state }: OutboxEntry, wait: string | null): UnsentState {
  if (state.type === "failed") return { type: "failed", reason: state.error.message };
  return state.type === "waiting" && wait !== null ? { type: "waiting", why: wait } : { type: "sending" };
}

/** What a message on its way says. */
export function wordsOf({ params }: OutboxEntry): string {
  return textOf((params as Pick<ParamsOf<"turn/start">, "input">).input);
}
