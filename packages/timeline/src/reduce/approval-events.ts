import type { RequestId } from "@skein/protocol/json-rpc";
import type { ApprovalResolved } from "@skein/protocol/replay";
import type { PendingApproval, Timeline } from "./timeline.ts";
import { changeTurn } from "./turn-events.ts";

/** An approval that is pending already stays as it is: a server request may repeat what an event said. */
export function applyApprovalRequested(timeline: Timeline, approval: PendingApproval): Timeline {
  if (timeline.pendingApprovals.some(({ requestId }) => requestId === approval.requestId)) return timeline;
  return { ...timeline, pendingApprovals: [...timeline.pendingApprovals, approval] };
}

/** Questions have no item, so their turn keeps what was asked and answered. What was decided about an item shows in the item, but not by whom. */
export function applyApprovalSettled(timeline: Timeline, resolved: ApprovalResolved, seq: number): Timeline {
  const { requestId, turnId, itemId, outcome, answeredBy, at: settledAtMs } = resolved;
  if (outcome.type === "decided") {
    const decided = { itemId, decision: outcome.decision, answeredBy, decidedAtMs: settledAtMs };
    return changeTurn(timeline, turnId, seq, (turn) => ({ ...turn, decisions: [...turn.decisions, decided] }));
  }
  const asked = timeline.pendingApprovals.find((approval) => approval.requestId === requestId);
  if (asked?.kind !== "questions") return timeline;
  const { questions } = asked.params;
  const answers = outcome.type === "answered" ? outcome.answers : null;
  const settled = { itemId, questions, answers, answeredBy, askedAtMs: asked.at, settledAtMs };
  return changeTurn(timeline, turnId, seq, (turn) => ({ ...turn, questions: [...turn.questions, settled] }));
}

/** Requests of other kinds resolve by the same notification; they change nothing here. */
export function applyRequestResolved(timeline: Timeline, requestId: RequestId): Timeline {
  const pendingApprovals = timeline.pendingApprovals.filter((approval) => approval.requestId !== requestId);
  return pendingApprovals.length === timeline.pendingApprovals.length ? timeline : { ...timeline, pendingApprovals };
}
