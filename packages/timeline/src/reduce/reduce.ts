/** The one reducer: the server's reads, its projections and the browser fold a thread's notifications through it. */
import type { FramedEvent } from "@skein/protocol/replay";
import { applyApprovalRequested, applyApprovalSettled, applyRequestResolved } from "./approval-events.ts";
import { applyCommentAdded, applyCommentDeleted } from "./comment-events.ts";
import { applyHandedOver } from "./hand-over-events.ts";
import { applyItemCompleted, applyItemStarted, applyItemText } from "./item-events.ts";
import type { Timeline } from "./timeline.ts";
import { applyError, applyTurnCompleted, applyTurnStarted, changeTurn } from "./turn-events.ts";
import { applyWarning } from "./warning-events.ts";

/** Folds one notification in. Events must come in the order of the log; methods it does not know change nothing but `seq`. */
export function reduce(timeline: Timeline, event: FramedEvent): Timeline {
  const next = apply(timeline, event);
  return event.seq > next.seq ? { ...next, seq: event.seq } : next;
}

function apply(timeline: Timeline, event: FramedEvent): Timeline {
  const { seq } = event;
  switch (event.method) {
    case "thread/name/updated":
      return { ...timeline, name: event.params.threadName ?? null };
    case "thread/archived":
      return { ...timeline, archived: true };
    case "thread/unarchived":
      return { ...timeline, archived: false };
    case "thread/tokenUsage/updated":
      return { ...timeline, tokenUsage: event.params.tokenUsage };
    case "thread/settings/updated":
      return { ...timeline, settings: event.params.threadSettings };
    case "thread/queue/changed":
      return { ...timeline, queueChangedAt: seq };
    case "skein/thread/handedOver":
      return applyHandedOver(timeline, event.params.handOver);
    case "skein/thread/comment/added":
      return applyCommentAdded(timeline, event.params.comment, seq);
    case "skein/thread/comment/deleted":
      return applyCommentDeleted(timeline, event.params.turnId, event.params.commentId, seq);
    case "skein/warning/reported":
      return applyWarning(timeline, event.params, seq);
    case "skein/approval/requested":
      return applyApprovalRequested(timeline, event.params);
    case "skein/approval/resolved":
      return applyApprovalSettled(timeline, event.params, seq);
    case "serverRequest/resolved":
      return applyRequestResolved(timeline, event.params.requestId);
    case "turn/started":
      return applyTurnStarted(timeline, event.params.turn, seq);
    case "turn/completed":
      return applyTurnCompleted(timeline, event.params.turn, seq);
    case "turn/plan/updated": {
      const { explanation, plan: steps, turnId } = event.params;
      return changeTurn(timeline, turnId, seq, (turn) => ({ ...turn, plan: { explanation, steps } }));
    }
    case "turn/diff/updated": {
      const diff = event.params.diff === "" ? null : event.params.diff;
      return changeTurn(timeline, event.params.turnId, seq, (turn) => ({ ...turn, diff }));
    }
    case "error":
      return applyError(timeline, event.params, seq);
    case "item/started":
      return applyItemStarted(timeline, event.params, seq);
    case "item/completed":
      return applyItemCompleted(timeline, event.params, seq);
    case "item/agentMessage/delta":
    case "item/commandExecution/outputDelta":
    case "item/reasoning/summaryPartAdded":
    case "item/reasoning/summaryTextDelta":
    case "item/reasoning/textDelta":
      return applyItemText(timeline, event, seq);
    default:
      return timeline;
  }
}
