/** Messages that wait for their turn. */
import type { QueuedSubmission } from "@skein/protocol/methods/thread-queue";
import type { QueuedMessage } from "../event.ts";
import type { EventOf } from "./event-of.ts";
import { presentInput } from "./items.ts";
import type { WireNotification } from "./notification.ts";
import { presentPerson } from "./person.ts";

type QueueEvent = EventOf<"queue.added" | "queue.updated" | "queue.removed" | "queue.reordered" | "queue.taken">;

/** It names no message: clients read the list again. */
export function presentQueueChanged(threadId: string, { at }: QueueEvent): WireNotification<"thread/queue/changed"> {
  return { method: "thread/queue/changed", params: { threadId }, emittedAtMs: at };
}

export function presentQueuedMessage({ id, clientId, content, metadata }: QueuedMessage): QueuedSubmission {
  return {
    id,
    input: content.map(presentInput),
    clientUserMessageId: clientId,
    responsesapiClientMetadata: metadata,
  };
}

/** For those who ask for more than the plain protocol. */
export function presentAuthoredMessage(message: QueuedMessage): QueuedSubmission {
  const { actor } = message;
  return { ...presentQueuedMessage(message), author: actor === null ? null : presentPerson(actor) };
}
