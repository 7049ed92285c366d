import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";

/** What sending a message does now. */
export type SendPlan =
  | { readonly type: "start"; readonly declineFirst: null }
  | { readonly type: "steer"; readonly turnId: string; readonly declineFirst: PendingApproval | null };

/** A message to a running turn steers it; one that answers a waiting approval is a decline with instructions. */
export function decideSend({ activeTurnId, pendingApprovals }: Timeline): SendPlan {
  if (activeTurnId === null) return { type: "start", declineFirst: null };
  return { type: "steer", turnId: activeTurnId, declineFirst: pendingApprovals[0] ?? null };
}
