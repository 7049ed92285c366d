/**
 * One event of the log as the notifications of the protocol: a pure function of the event alone, so that every node,
 * now or after a restart, gives a client the same bytes for the same seq. An event gives at most one notification per
 * item and turn that it touches; the reducer's `asOf` relies on that.
 */
import type { ThreadEvent } from "../event.ts";
import { presentApprovalRequested, presentApprovalResolved } from "./approval.ts";
import { presentCommentAdded, presentCommentDeleted } from "./comment.ts";
import { presentHandedOver } from "./hand-over.ts";
import {
  presentChunk,
  presentCommandInput,
  presentItemCompleted,
  presentItemStarted,
  presentSummaryPart,
} from "./item.ts";
import type { WireNotification } from "./notification.ts";
import { presentQueueChanged } from "./queue.ts";
import { presentSettingsUpdated } from "./settings.ts";
import { presentArchived, presentName, presentTokenUsage, presentUnarchived, presentWarning } from "./thread.ts";
import { presentDiff, presentError, presentPlan, presentTurnCompleted, presentTurnStarted } from "./turn.ts";

export function present(threadId: string, event: ThreadEvent): readonly WireNotification[] {
  switch (event.type) {
    case "thread.named":
      return [presentName(threadId, event)];
    case "thread.archived":
      return [presentArchived(threadId, event)];
    case "thread.unarchived":
      return [presentUnarchived(threadId, event)];
    case "thread.handedOver":
      return [presentHandedOver(threadId, event)];
    case "settings.changed":
      return [presentSettingsUpdated(threadId, event)];
    case "turn.started":
      return [presentTurnStarted(threadId, event)];
    case "turn.completed":
      return [presentTurnCompleted(threadId, event)];
    case "item.started":
      return [presentItemStarted(threadId, event)];
    case "item.completed":
      return [presentItemCompleted(threadId, event)];
    case "item.chunk":
      return [presentChunk(threadId, event)];
    case "item.summaryPart":
      return [presentSummaryPart(threadId, event)];
    case "command.input":
      return [presentCommandInput(threadId, event)];
    case "plan.updated":
      return [presentPlan(threadId, event)];
    case "diff.updated":
      return [presentDiff(threadId, event)];
    case "usage.updated":
      return [presentTokenUsage(threadId, event)];
    case "error.reported":
      return [presentError(threadId, event)];
    case "warning.reported":
      return presentWarning(threadId, event);
    case "approval.requested":
      return [presentApprovalRequested(threadId, event)];
    case "approval.resolved":
      return presentApprovalResolved(threadId, event);
    case "queue.added":
    case "queue.updated":
    case "queue.removed":
    case "queue.reordered":
    case "queue.taken":
      return [presentQueueChanged(threadId, event)];
    case "comment.added":
      return [presentCommentAdded(threadId, event)];
    case "comment.deleted":
      return [presentCommentDeleted(threadId, event)];
    case "comment.left":
    case "thread.created":
    case "turn.continued":
    case "turn.handedOver":
    case "response.completed":
    case "model.items":
      return [];
  }
}
