/**
 * Commands that carry a key of the client's choice take effect once, however often they are sent. Only these may be sent
 * again when a connection went before their answer came.
 */
import type { MethodName } from "@skein/protocol/methods";

/** The parameter that holds the key. */
const keyFields: Partial<Record<MethodName, string>> = {
  "thread/start": "clientThreadId",
  "turn/start": "clientUserMessageId",
  "turn/steer": "clientUserMessageId",
  "thread/queue/add": "clientUserMessageId",
  "skein/thread/comment/add": "clientCommentId",
};

export interface CommandKey {
  readonly key: string;
  /** Commands of one lane are sent one after the other, in the order in which they were given: a thread's id, or the key of a thread to be. */
  readonly lane: string;
}

/** null: this command has no key, and a second one may be a second effect. */
export function commandKeyOf(method: MethodName, params: unknown): CommandKey | null {
  const field = keyFields[method];
  if (field === undefined || typeof params !== "object" || params === null) return null;
  const { [field]: key, threadId } = params as Record<string, unknown>;
  if (typeof key !== "string") return null;
  return { key, lane: typeof threadId === "string" ? threadId : `${method} ${key}` };
}
