/** Events about the thread as a whole. */
import type { EventOf } from "./event-of.ts";
import type { WireNotification } from "./notification.ts";

export function presentName(threadId: string, event: EventOf<"thread.named">): WireNotification<"thread/name/updated"> {
  return { method: "thread/name/updated", params: { threadId, threadName: event.name }, emittedAtMs: event.at };
}

export function presentArchived(
  threadId: string,
  event: EventOf<"thread.archived">,
): WireNotification<"thread/archived"> {
  return { method: "thread/archived", params: { threadId }, emittedAtMs: event.at };
}

export function presentUnarchived(
  threadId: string,
  event: EventOf<"thread.unarchived">,
): WireNotification<"thread/unarchived"> {
  return { method: "thread/unarchived", params: { threadId }, emittedAtMs: event.at };
}

export function presentTokenUsage(
  threadId: string,
  event: EventOf<"usage.updated">,
): WireNotification<"thread/tokenUsage/updated"> {
  const { turnId, total, last, modelContextWindow } = event;
  return {
    method: "thread/tokenUsage/updated",
    params: { threadId, turnId, tokenUsage: { total, last, modelContextWindow } },
    emittedAtMs: event.at,
  };
}

/** For those who keep a timeline, and for those who only show the words. */
export function presentWarning(
  threadId: string,
  { turnId, message, runner, at }: EventOf<"warning.reported">,
): readonly [WireNotification<"skein/warning/reported">, WireNotification<"warning">] {
  const warning = { message, runner, reportedAtMs: at };
  return [
    { method: "skein/warning/reported", params: { threadId, turnId, warning }, emittedAtMs: at },
    { method: "warning", params: { threadId, message }, emittedAtMs: at },
  ];
}
