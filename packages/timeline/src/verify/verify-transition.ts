/** Whether an event may come where it stands. `state` is moved on by it. */
import type { ThreadEvent } from "../event.ts";
import type { LogState } from "./log-state.ts";

type EventOf<T extends ThreadEvent["type"]> = Extract<ThreadEvent, { type: T }>;

/** Gives what is wrong, in words. */
export function verifyTransition(state: LogState, event: ThreadEvent): readonly string[] {
  const problems: string[] = [];
  if (!state.hasBegun && event.type !== "thread.created") problems.push("the log does not begin with the thread");
  if (state.hasBegun && event.type === "thread.created") problems.push("the thread begins again");
  state.hasBegun = true;
  return [...problems, ...transitionProblems(state, event).filter((problem) => problem !== null)];
}

type Problems = readonly (string | null)[];

function transitionProblems(state: LogState, event: ThreadEvent): Problems {
  switch (event.type) {
    case "turn.started":
      return startTurn(state, event);
    case "turn.completed":
      return completeTurn(state, event);
    case "item.started":
      return startItem(state, event);
    case "item.chunk":
      return [needs(isOpen(state, event.itemId, event.turnId), `${event.itemId} is not open`), ...textProblems(event)];
    case "item.summaryPart":
    case "command.input":
      return [needs(isOpen(state, event.itemId, event.turnId), `${event.itemId} is not open`)];
    case "item.completed":
      return completeItem(state, event);
    case "approval.requested":
      return requestApproval(state, event);
    case "approval.resolved":
      return resolveApproval(state, event);
    case "model.items":
      return [inTurn(state, event.turnId), ...event.items.flatMap((item) => checkCall(state, item))];
    case "turn.continued":
    case "turn.handedOver":
    case "response.completed":
    case "plan.updated":
    case "diff.updated":
    case "usage.updated":
    case "error.reported":
      return [inTurn(state, event.turnId)];
    case "queue.added":
      return addQueued(state, event);
    case "queue.updated":
      return [isQueued(state, event.messageId)];
    case "queue.removed":
      return [leaveQueue(state, event.messageId)];
    case "queue.taken":
      return [inTurn(state, event.turnId), leaveQueue(state, event.messageId)];
    case "queue.reordered":
      return [needs(isOrderOf(event.messageIds, state.queued), "the new order is not one of all that wait")];
    case "comment.added":
      return addComment(state, event);
    case "comment.deleted":
      return deleteComment(state, event);
    case "comment.left":
    case "thread.created":
    case "thread.named":
    case "thread.archived":
    case "thread.unarchived":
    case "thread.handedOver":
    case "settings.changed":
    case "warning.reported":
      return [];
  }
}

function startTurn(state: LogState, { turnId }: EventOf<"turn.started">): Problems {
  const problems = [
    needs(state.openTurn === null, `the turn ${state.openTurn} is open`),
    needs(!state.turns.has(turnId), `the turn ${turnId} starts again`),
  ];
  state.openTurn = turnId;
  state.turns.add(turnId);
  return problems;
}

/** A command may outlive its turn; nothing else may. */
function completeTurn(state: LogState, { turnId }: EventOf<"turn.completed">): Problems {
  const left = [...state.openItems].filter(([, open]) => open.type !== "command").map(([id]) => id);
  const problems = [
    inTurn(state, turnId),
    needs(left.length === 0, `open items: ${left.join(", ")}`),
    needs(state.pendingApprovals.size === 0, "an approval is pending"),
    needs(state.unansweredCalls.size === 0, `calls without output: ${[...state.unansweredCalls].join(", ")}`),
  ];
  state.openTurn = null;
  return problems;
}

function startItem(state: LogState, { turnId, item }: EventOf<"item.started">): Problems {
  const isNew = !state.openItems.has(item.id) && !state.closedItems.has(item.id);
  state.openItems.set(item.id, { turnId, type: item.type, isCompacted: false });
  return [inTurn(state, turnId), needs(isNew, `${item.id} starts again`)];
}

function completeItem(state: LogState, { turnId, item }: EventOf<"item.completed">): Problems {
  const open = state.openItems.get(item.id);
  const problems = [
    needs(open !== undefined && open.turnId === turnId, `${item.id} is not open`),
    needs(open === undefined || open.type === item.type, `${item.id} started as ${open?.type}, not as ${item.type}`),
    needs(!("status" in item) || item.status !== "inProgress", `${item.id} is still in progress`),
  ];
  state.openItems.delete(item.id);
  state.closedItems.add(item.id);
  return problems;
}

function textProblems({ itemId, text }: EventOf<"item.chunk">): Problems {
  return [
    needs(text !== "", `a chunk of ${itemId} is empty`),
    needs(!/[\ud800-\udbff]$/.test(text), `a chunk of ${itemId} ends inside a character`),
  ];
}

function requestApproval(state: LogState, { approvalId, turnId }: EventOf<"approval.requested">): Problems {
  const isNew = !state.pendingApprovals.has(approvalId) && !state.resolvedApprovals.has(approvalId);
  state.pendingApprovals.add(approvalId);
  return [inTurn(state, turnId), needs(isNew, `the approval ${approvalId} is asked for again`)];
}

function resolveApproval(state: LogState, { approvalId }: EventOf<"approval.resolved">): Problems {
  const wasPending = state.pendingApprovals.delete(approvalId);
  state.resolvedApprovals.add(approvalId);
  return [needs(wasPending, `the approval ${approvalId} was not pending`)];
}

function addQueued(state: LogState, { message }: EventOf<"queue.added">): Problems {
  const isNew = !state.queued.has(message.id);
  state.queued.add(message.id);
  return [needs(isNew, `the message ${message.id} is queued again`)];
}

function addComment(state: LogState, { commentId, turnId }: EventOf<"comment.added">): Problems {
  const isNew = !state.comments.has(commentId);
  state.comments.set(commentId, turnId);
  return [
    needs(isNew, `the comment ${commentId} is added again`),
    needs(state.turns.has(turnId), `the turn ${turnId} of the comment ${commentId} has not begun`),
  ];
}

function deleteComment(state: LogState, { commentId, turnId }: EventOf<"comment.deleted">): Problems {
  const isThere = state.comments.get(commentId) === turnId;
  state.comments.delete(commentId);
  return [needs(isThere, `the comment ${commentId} is not there`)];
}

function leaveQueue(state: LogState, messageId: string): string | null {
  return needs(state.queued.delete(messageId), `the message ${messageId} is not queued`);
}

function isQueued({ queued }: LogState, messageId: string): string | null {
  return needs(queued.has(messageId), `the message ${messageId} is not queued`);
}

function isOrderOf(ids: readonly string[], queued: ReadonlySet<string>): boolean {
  return ids.length === queued.size && new Set(ids).size === ids.length && ids.every((id) => queued.has(id));
}

function checkCall(state: LogState, item: unknown): Problems {
  const { type, call_id: callId } = item as { readonly type?: string; readonly call_id?: string };
  if (type === undefined || callId === undefined) return [];
  if (type.endsWith("_output")) return [needs(state.unansweredCalls.delete(callId), `${callId} was not called`)];
  state.unansweredCalls.add(callId);
  return [];
}

function inTurn({ openTurn }: LogState, turnId: string): string | null {
  return needs(openTurn === turnId, `the turn ${turnId} is not open`);
}

function isOpen({ openItems }: LogState, itemId: string, turnId: string): boolean {
  return openItems.get(itemId)?.turnId === turnId;
}

function needs(holds: boolean, problem: string): string | null {
  return holds ? null : problem;
}
