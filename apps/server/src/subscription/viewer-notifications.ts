/**
 * What viewers of a shared thread are told, by its name. What is not named here they do not hear of, whatever is added to the protocol;
 * what is named says nothing but what `timeline/redact` has let through.
 */
import type { NotificationMethod } from "@skein/protocol/notifications";

export const viewerNotifications: ReadonlySet<string> = new Set<NotificationMethod>([
  "skein/thread/events",
  "skein/thread/reset",
  "skein/thread/presence",
  "skein/thread/comment/added",
  "skein/thread/comment/deleted",
  "thread/status/changed",
  "thread/closed",
  "thread/deleted",
  "thread/archived",
  "thread/unarchived",
  "thread/name/updated",
  "turn/started",
  "turn/completed",
  "turn/plan/updated",
  "turn/diff/updated",
  "item/started",
  "item/completed",
  "item/agentMessage/delta",
  "item/commandExecution/outputDelta",
  "item/reasoning/summaryPartAdded",
  "item/reasoning/summaryTextDelta",
]);
