/** What a thread is doing, as far as its events tell. */
import type { PendingApproval, ThreadState } from "@skein/core/thread/evolve";
import type { ThreadActiveFlag, ThreadStatus } from "@skein/protocol/thread-status";
import type { ThreadEvent } from "@skein/timeline/event";
import type { RecordedStatus } from "../log/thread-record.ts";

/** What a person has to say before the turn goes on. */
interface Waiting {
  readonly approvalId: string;
  readonly flag: ThreadActiveFlag;
}

export type ThreadActivity =
  | { readonly type: "idle" }
  | { readonly type: "systemError" }
  | { readonly type: "active"; readonly waiting: readonly Waiting[] };

export const idle: ThreadActivity = { type: "idle" };

/** Nothing has been heard of the thread yet: whatever its events make of it is news. */
export const unheardOf: ThreadActivity = { type: "active", waiting: [] };

/** Of a thread that was just loaded; its turn, if one is open, goes on. */
export function activityOf({ openTurn, pendingApprovals }: ThreadState): ThreadActivity {
  return openTurn === null ? idle : { type: "active", waiting: [...pendingApprovals.values()].map(waitingOf) };
}

/** Returns the same object when the event changes nothing. */
export function evolveActivity(activity: ThreadActivity, event: ThreadEvent): ThreadActivity {
  switch (event.type) {
    case "turn.started":
      return { type: "active", waiting: [] };
    case "turn.completed":
      return event.status === "failed" ? { type: "systemError" } : idle;
    case "approval.requested":
      if (activity.type !== "active") return activity;
      return { type: "active", waiting: [...activity.waiting, waitingOf(event)] };
    case "approval.resolved": {
      if (activity.type !== "active") return activity;
      if (activity !== unheardOf && !activity.waiting.some(({ approvalId }) => approvalId === event.approvalId))
        return activity;
      return {
        type: "active",
        waiting: activity.waiting.filter(({ approvalId }) => approvalId !== event.approvalId),
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
      return { type: "active", activeFlags: flagsOf(activity) };
  }
}

function waitingOf({ approvalId, request }: Pick<PendingApproval, "approvalId" | "request">): Waiting {
  return { approvalId, flag: request.type === "questions" ? "waitingOnUserInput" : "waitingOnApproval" };
}

function flagsOf({ waiting }: Extract<ThreadActivity, { type: "active" }>): ThreadActiveFlag[] {
  return [...new Set(waiting.map(({ flag }) => flag))].sort();
}

/** Two activities that look the same from outside need no notification between them. */
export function looksSame(left: ThreadActivity, right: ThreadActivity): boolean {
  if (left === right) return true;
  if (left === unheardOf || right === unheardOf) return false;
  if (left.type !== right.type) return false;
  if (left.type !== "active" || right.type !== "active") return true;
  return flagsOf(left).join() === flagsOf(right).join();
}

/** The wire's `status` of a thread that another node runs, or that nobody does, as its row tells it. */
export function presentListed(status: RecordedStatus): ThreadStatus {
  switch (status) {
    case "idle":
      return { type: "idle" };
    case "failed":
      return { type: "systemError" };
    case "active":
      return { type: "active", activeFlags: [] };
    case "waiting":
      return { type: "active", activeFlags: ["waitingOnApproval"] };
    case "asking":
      return { type: "active", activeFlags: ["waitingOnUserInput"] };
  }
}
