/** What a change of the messages that wait writes to the log, or why it is refused. */
import type { MessageQueue } from "@skein/core/thread/message-queue";
import { errors, type ProtocolError } from "@skein/protocol/errors";
import type { Actor, QueuedMessage, ThreadEventBody } from "@skein/timeline/event";

export type QueueDecision =
  | { readonly type: "change"; readonly event: ThreadEventBody }
  | { readonly type: "nothing" }
  | { readonly type: "refuse"; readonly error: ProtocolError };

/** Upstream's. */
const maxMessages = 100;
/** Of all messages together; each owner of the thread holds them in memory. */
const maxBytes = 16 * 1024 * 1024;

export function decideAdd({ messages }: MessageQueue, message: QueuedMessage): QueueDecision {
  if (messages.length >= maxMessages) return refusal(errors.queueFull(maxMessages));
  return changeWithin([...messages, message], { type: "queue.added", message });
}

/** Metadata that is absent or empty stays as it was. */
export function decideUpdate(
  { messages }: MessageQueue,
  messageId: string,
  { content, metadata, actor }: Pick<QueuedMessage, "content" | "metadata"> & { readonly actor: Actor },
): QueueDecision {
  const before = messages.find(({ id }) => id === messageId);
  if (before === undefined) return refusal(errors.queuedMessageNotFound(messageId));
  const kept = metadata === null || Object.keys(metadata).length === 0 ? before.metadata : metadata;
  const after = messages.map((message) =>
    message === before ? { ...message, content, metadata: kept, actor } : message,
  );
  return changeWithin(after, { type: "queue.updated", messageId, content, metadata: kept, actor });
}

export function decideRemove({ messages }: MessageQueue, messageId: string, actor: Actor): QueueDecision {
  if (!messages.some(({ id }) => id === messageId)) return { type: "nothing" };
  return { type: "change", event: { type: "queue.removed", messageId, actor } };
}

export function decideReorder({ messages }: MessageQueue, messageIds: readonly string[], actor: Actor): QueueDecision {
  const named = new Set(messageIds);
  const isWhole = messageIds.length === messages.length && messages.every(({ id }) => named.has(id));
  if (!isWhole) return refusal(errors.queueOrderIncomplete());
  if (messages.every(({ id }, index) => id === messageIds[index])) return { type: "nothing" };
  return { type: "change", event: { type: "queue.reordered", messageIds, actor } };
}

function changeWithin(after: readonly QueuedMessage[], event: ThreadEventBody): QueueDecision {
  const bytes = after.reduce((sum, message) => sum + Buffer.byteLength(JSON.stringify(message)), 0);
  return bytes > maxBytes ? refusal(errors.queueTooLarge(maxBytes)) : { type: "change", event };
}

function refusal(error: ProtocolError): QueueDecision {
  return { type: "refuse", error };
}
