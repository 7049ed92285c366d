import type { RequestId } from "@skein/protocol/json-rpc";
import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";
import { presentDecision } from "./present-decision.ts";

/** What became of those of `before` that are gone and that this page did not answer; null: nothing, or they were withdrawn. */
export function presentSettledElsewhere(
  before: readonly PendingApproval[],
  timeline: Pick<Timeline, "pendingApprovals" | "activeTurnId" | "turns">,
  answered: ReadonlySet<RequestId>,
  userId: string,
): string | null {
  const pending = new Set(timeline.pendingApprovals.map(({ requestId }) => requestId));
  const gone = before.filter(({ requestId }) => !pending.has(requestId) && !answered.has(requestId));
  const decisions = timeline.turns.flatMap((turn) => turn.decisions);
  const decided = decisions.findLast(
    ({ itemId, answeredBy }) => answeredBy?.userId !== userId && gone.some((approval) => approval.itemId === itemId),
  );
  const words = decided === undefined ? null : presentDecision(decided, userId);
  if (words !== null) return words;
  // With its turn an approval is withdrawn.
  if (gone.some(({ kind, turnId }) => kind !== "questions" && turnId === timeline.activeTurnId)) {
    return "Decided on another device";
  }
  const settled = timeline.turns.flatMap(({ questions }) => questions);
  const wasAnswered = (callId: string) => settled.some(({ itemId, answers }) => itemId === callId && answers !== null);
  return gone.some(({ itemId }) => wasAnswered(itemId)) ? "Answered on another device" : null;
}
