/** What a thread is doing, as far as its events tell. */
import type { ThreadStatus } from "@skein/protocol/thread-status";
import type { ThreadEvent } from "@skein/timeline/event";

export type ThreadActivity =
  | { readonly type: "idle" }
  | { readonly type: "systemError" }
  | { readonly type: "active"; readonly waitingApprovals: readonly string[] };

export const idle: ThreadActivity = { type: "idle" };

/** Returns the same object when the event changes nothing. */
export function evolveActivity(activity: ThreadActivity, event: ThreadEvent): ThreadActivity {
  switch (event.type) {
    case "turn.started":
      return { type: "active", waitingApprovals: [] };
    case "turn.completed":
      return event.status === "failed" ? { type: "systemError" } : idle;
    case "approval.requested":
      if (activity.type !== "active") return activity;
      return { type: "active", waitingApprovals: [...activity.waitingApprovals, event.approvalId] };
    case "approval.resolved": {
      if (activity.type !== "active" || !activity.waitingApprovals.includes(event.approvalId)) return activity;
      return {
        type: "active",
        waitingApprovals: activity.waitingApprovals.filter((waiting) => waiting !== event.approvalId),
      };
    }
    default:
      return activity;
  }
}

/** The wire's `status` of a loaded thread. */
export function presentActivity(activity: ThreadActivity): ThreadStatus {
  switch (activity.type) {
    case "idle":
      return { type: "idle" };
    case "systemError":
      return { type: "systemError" };
    case "active":
      return {
        type: "active",
        activeFlags: activity.waitingApprovals.length > 0 ? ["waitingOnApproval"] : [],
      };
  }
}

/** Two activities that look the same from outside need no notification between them. */
export function looksSame(left: ThreadActivity, right: ThreadActivity): boolean {
  if (left === right) return true;
  if (left.type !== right.type) return false;
  if (left.type !== "active" || right.type !== "active") return true;
  return left.waitingApprovals.length > 0 === right.waitingApprovals.length > 0;
}
