import type { RequestId } from "@skein/protocol/json-rpc";
import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";

/** Whether one of `before` is gone that this page did not answer, other than with its turn: then it was withdrawn. */
export function wasDecidedElsewhere(
  before: readonly PendingApproval[],
  { pendingApprovals, activeTurnId }: Pick<Timeline, "pendingApprovals" | "activeTurnId">,
  answered: ReadonlySet<RequestId>,
): boolean {
  const pending = new Set(pendingApprovals.map(({ requestId }) => requestId));
  return before.some(
    ({ requestId, turnId }) => !pending.has(requestId) && !answered.has(requestId) && turnId === activeTurnId,
  );
}
