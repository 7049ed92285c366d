import type { RequestId } from "@skein/protocol/json-rpc";
import type { PendingApproval, Timeline } from "./timeline.ts";

/** An approval that is pending already stays as it is: a server request may repeat what an event said. */
export function applyApprovalRequested(timeline: Timeline, approval: PendingApproval): Timeline {
  if (timeline.pendingApprovals.some(({ requestId }) => requestId === approval.requestId)) return timeline;
  return { ...timeline, pendingApprovals: [...timeline.pendingApprovals, approval] };
}

/** Requests of other kinds resolve by the same notification; they change nothing here. */
export function applyApprovalResolved(timeline: Timeline, requestId: RequestId): Timeline {
  const pendingApprovals = timeline.pendingApprovals.filter((approval) => approval.requestId !== requestId);
  return pendingApprovals.length === timeline.pendingApprovals.length ? timeline : { ...timeline, pendingApprovals };
}
