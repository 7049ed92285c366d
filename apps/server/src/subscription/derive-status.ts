/** What a thread is doing, as far as its events tell. */
import type { ThreadState } from "@skein/core/thread/evolve";
import type { ThreadStatus } from "@skein/protocol/thread-status";
import type { ThreadEvent } from "@skein/timeline/event";
import type { ThreadListingStatus } from "@skein/timeline/project/thread-patch";

export type ThreadActivity =
  | { readonly type: "idle" }
  | { readonly type: "systemError" }
  | { readonly type: "active"; readonly waitingApprovals: readonly string[] };

export const idle: ThreadActivity = { type: "idle" };

/** Nothing has been heard of the thread yet: whatever its events make of it is news. */
export const unheardOf: ThreadActivity = { type: "active", waitingApprovals: [] };

/** Of a thread that was just loaded; its turn, if one is open, goes on. */
export function activityOf({ openTurn, pendingApprovals }: ThreadState): ThreadActivity {
  return openTurn === null ? idle : { type: "active", waitingApprovals: [...pendingApprovals.keys()] };
}

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
      if (activity.type !== "active") return activity;
      if (activity !== unheardOf && !activity.waitingApprovals.includes(event.approvalId)) return activity;
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
  if (left === unheardOf || right === unheardOf) return false;
  if (left.type !== right.type) return false;
  if (left.type !== "active" || right.type !== "active") return true;
  return left.waitingApprovals.length > 0 === right.waitingApprovals.length > 0;
}

/** The wire's `status` of a thread that another node runs, or that nobody does, as its row tells it. */
export function presentListed(status: ThreadListingStatus): ThreadStatus {
  switch (status) {
    case "idle":
      return { type: "idle" };
    case "failed":
      return { type: "systemError" };
    case "active":
      return { type: "active", activeFlags: [] };
    case "waiting":
      return { type: "active", activeFlags: ["waitingOnApproval"] };
  }
}
