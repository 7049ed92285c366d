/** Folds what a thread's log says of messages that wait for their turn. */
import type { NewThreadEvent, QueuedMessage } from "@skein/timeline/event";

export interface MessageQueue {
  /** First the one that starts next. */
  readonly messages: readonly QueuedMessage[];
  /** The last turn was interrupted: what waits does not start by itself before a turn has run to its end. */
  readonly isPaused: boolean;
}

export const emptyQueue: MessageQueue = { messages: [], isPaused: false };

/** What of an event moves a queue; every other event leaves it alone. */
export type QueueEvent = Extract<NewThreadEvent, { type: `queue.${string}` | "turn.completed" }>;

export function evolveQueue(queue: MessageQueue, event: QueueEvent): MessageQueue {
  const { messages } = queue;
  switch (event.type) {
    case "turn.completed": {
      const isPaused = event.status === "interrupted";
      return isPaused === queue.isPaused ? queue : { messages, isPaused };
    }
    case "queue.added":
      return { ...queue, messages: [...messages, event.message] };
    case "queue.updated": {
      const { messageId, content, metadata, actor } = event;
      // Nobody puts words into another's mouth: who changed them says them, and pays for them.
      const changed = { content, metadata, ...(actor === undefined ? {} : { actor }) };
      return {
        ...queue,
        messages: messages.map((message) => (message.id === messageId ? { ...message, ...changed } : message)),
      };
    }
    case "queue.removed":
    case "queue.taken":
      return { ...queue, messages: messages.filter(({ id }) => id !== event.messageId) };
    case "queue.reordered": {
      const byId = new Map(messages.map((message) => [message.id, message]));
      return { ...queue, messages: event.messageIds.flatMap((id) => byId.get(id) ?? []) };
    }
  }
}

/** The log's events that move a queue. */
export const queueEventTypes = [
  "queue.added",
  "queue.updated",
  "queue.removed",
  "queue.reordered",
  "queue.taken",
] as const satisfies readonly NewThreadEvent["type"][];
