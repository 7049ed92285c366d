import type { ServerNotification } from "@skein/protocol/notifications";
import type { Thread } from "@skein/protocol/thread";

/** The list after a notification; the same list when it says nothing about it. `archived`: the list of archived threads. */
export function evolveThreads(
  threads: readonly Thread[],
  notification: ServerNotification,
  archived: boolean,
): readonly Thread[] {
  switch (notification.method) {
    case "thread/started":
      return archived ? threads : toFront(threads, notification.params.thread);
    case "thread/status/changed": {
      const { threadId, status } = notification.params;
      return change(threads, threadId, (thread) => ({ ...thread, status }), status.type === "active");
    }
    case "thread/name/updated": {
      const { threadId, threadName } = notification.params;
      return change(threads, threadId, (thread) => ({ ...thread, name: threadName ?? null }), false);
    }
    case "thread/archived":
      return archived ? threads : without(threads, notification.params.threadId);
    case "thread/unarchived":
      return archived ? without(threads, notification.params.threadId) : threads;
    case "skein/thread/handedOver": {
      const { threadId, handOver } = notification.params;
      return change(threads, threadId, (thread) => ({ ...thread, createdBy: handOver.to.userId }), false);
    }
    case "skein/thread/access/changed": {
      const { threadId, rights } = notification.params;
      return change(threads, threadId, (thread) => ({ ...thread, rights }), false);
    }
    case "thread/deleted":
      return without(threads, notification.params.threadId);
    default:
      return threads;
  }
}

/**
 * The thread that must be read before the list can show what the notification says: it came into the list from elsewhere,
 * was shared with the reader just now, or has its first message only now.
 */
export function unknownThread(
  threads: readonly Thread[],
  notification: ServerNotification,
  archived: boolean,
): string | null {
  switch (notification.method) {
    case "thread/unarchived":
      return archived ? null : notification.params.threadId;
    case "thread/archived":
      return archived ? notification.params.threadId : null;
    case "skein/thread/access/changed": {
      const { threadId } = notification.params;
      return archived || threads.some(({ id }) => id === threadId) ? null : threadId;
    }
    case "thread/status/changed": {
      const { threadId, status } = notification.params;
      const thread = threads.find(({ id }) => id === threadId);
      const isUnknown = thread === undefined ? !archived : thread.preview === "";
      return isUnknown && status.type !== "notLoaded" ? threadId : null;
    }
    default:
      return null;
  }
}

function toFront(threads: readonly Thread[], thread: Thread): readonly Thread[] {
  return thread.ephemeral ? threads : [thread, ...without(threads, thread.id)];
}

function without(threads: readonly Thread[], threadId: string): readonly Thread[] {
  const others = threads.filter(({ id }) => id !== threadId);
  return others.length === threads.length ? threads : others;
}

function change(
  threads: readonly Thread[],
  threadId: string,
  apply: (thread: Thread) => Thread,
  isActivity: boolean,
): readonly Thread[] {
  const index = threads.findIndex(({ id }) => id === threadId);
  const thread = threads[index];
  if (thread === undefined) return threads;
  return isActivity ? toFront(threads, apply(thread)) : threads.with(index, apply(thread));
}
