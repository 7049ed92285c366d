/**
 * What has to be written when a thread is loaded from its log and nobody runs it any more: a turn that the end of its
 * process cut off, and commands that ended with their sandbox. Afterwards nothing is open and the next turn can start.
 * Empty when the log is in order.
 */
import type { ThreadEventBody } from "@skein/timeline/event";
import type { Item } from "@skein/timeline/item";
import { turnAbortedMarker } from "../context/turn-aborted.ts";
import type { ThreadState } from "./evolve.ts";
import { historyItems } from "./history.ts";
import { closedAsCutShort } from "./open-item.ts";

const unknownOutcome =
  "interrupted by a server restart; outcome unknown: the effect may have happened in part. Look before you repeat it.";

/** `now`: milliseconds since the epoch. */
export function deriveRecovery(state: ThreadState, now: number): readonly ThreadEventBody[] {
  const events: ThreadEventBody[] = [...withdrawals(state), ...closings(state)];
  const turn = state.openTurn;
  if (turn === null) return events;
  const outputs = unansweredCalls(historyItems(state.history)).map((call) => ({ ...call, output: unknownOutcome }));
  events.push({ type: "model.items", turnId: turn.turnId, items: [...outputs, turnAbortedMarker], context: null });
  events.push({
    type: "turn.completed",
    turnId: turn.turnId,
    status: "interrupted",
    error: null,
    startedAt: turn.startedAt,
    durationMs: Math.max(0, now - turn.startedAt),
    finalMessage: null,
  });
  return events;
}

function withdrawals(state: ThreadState): readonly ThreadEventBody[] {
  return [...state.pendingApprovals.values()].map(({ approvalId, turnId, itemId }) => {
    return { type: "approval.resolved", approvalId, turnId, itemId, outcome: { type: "withdrawn" }, actor: null };
  });
}

function closings(state: ThreadState): readonly ThreadEventBody[] {
  const asked = new Set([...state.pendingApprovals.values()].map((pending) => pending.itemId));
  return [...state.openItems.values()].map(({ turnId, item, startedAt }) => {
    const closed = asked.has(item.id) ? closedAsDeclined(item) : closedAsCutShort(item);
    return { type: "item.completed", turnId, item: closed, startedAt };
  });
}

function closedAsDeclined(item: Item): Item {
  return item.type === "command" || item.type === "patch" ? { ...item, status: "declined" } : item;
}

/** Calls in the history that have no output, as the beginnings of the outputs that they need. */
function unansweredCalls(history: readonly unknown[]): readonly { type: string; call_id: string }[] {
  const open = new Map<string, { type: string; call_id: string }>();
  for (const item of history as readonly { type?: string; call_id?: string }[]) {
    const callId = item.call_id;
    if (callId === undefined) continue;
    if (item.type === "function_call" || item.type === "custom_tool_call") {
      open.set(callId, { type: `${item.type}_output`, call_id: callId });
    } else {
      open.delete(callId);
    }
  }
  return [...open.values()];
}
