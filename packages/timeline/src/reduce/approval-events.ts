import type { RequestId } from "@skein/protocol/json-rpc";
import type { ApprovalResolved } from "@skein/protocol/replay";
import type { SettledDecision } from "@skein/protocol/user-question";
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
  const asked = timeline.pendingApprovals.find((approval) => approval.requestId === requestId);
  const decision = decisionOf(outcome, asked);
  if (decision !== null) {
    const decided = { itemId, ...decision, answeredBy, decidedAtMs: settledAtMs };
    return changeTurn(timeline, turnId, seq, (turn) => ({ ...turn, decisions: [...turn.decisions, decided] }));
  }
  if (asked?.kind !== "questions") return timeline;
  const { questions } = asked.params;
  const answers = outcome.type === "answered" ? outcome.answers : null;
  const settled = { itemId, questions, answers, answeredBy, askedAtMs: asked.at, settledAtMs };
  return changeTurn(timeline, turnId, seq, (turn) => ({ ...turn, questions: [...turn.questions, settled] }));
}

/** null: nothing was decided that an item is about. */
function decisionOf(
  outcome: ApprovalResolved["outcome"],
  asked: PendingApproval | undefined,
): Pick<SettledDecision, "decision" | "connection"> | null {
  if (outcome.type === "networkRule") {
    const { host, action } = outcome;
    return { decision: action === "allow" ? "accept" : "decline", connection: { host, isRule: true } };
  }
  if (outcome.type !== "decided") return null;
  const { decision } = outcome;
  const host = asked?.kind === "commandExecution" ? asked.params.networkApprovalContext?.host : undefined;
  return host === undefined ? { decision } : { decision, connection: { host, isRule: false } };
}

/** Requests of other kinds resolve by the same notification; they change nothing here. */
export function applyRequestResolved(timeline: Timeline, requestId: RequestId): Timeline {
  const pendingApprovals = timeline.pendingApprovals.filter((approval) => approval.requestId !== requestId);
  return pendingApprovals.length === timeline.pendingApprovals.length ? timeline : { ...timeline, pendingApprovals };
}
