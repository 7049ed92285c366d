import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";

/** What sending a message does now. */
export type SendPlan =
  | { readonly type: "start"; readonly declines: null }
  | { readonly type: "steer"; readonly turnId: string; readonly declines: PendingApproval | null };

/** A message to a running turn steers it; one that answers a waiting approval is a decline with instructions. */
export function decideSend({ activeTurnId, pendingApprovals }: Timeline): SendPlan {
  if (activeTurnId === null) return { type: "start", declines: null };
  return { type: "steer", turnId: activeTurnId, declines: pendingApprovals[0] ?? null };
}
