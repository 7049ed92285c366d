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

/** By item id, as `judgeOpenPatches` finds it; a patch that is missing here counts as unknown. */
export type PatchOutcomes = ReadonlyMap<string, "done" | "notDone" | "mixed">;

/** `now`: milliseconds since the epoch. */
export function deriveRecovery(
  state: ThreadState,
  now: number,
  patches: PatchOutcomes = new Map(),
): readonly ThreadEventBody[] {
  const asked = new Set([...state.pendingApprovals.values()].map((pending) => pending.itemId));
  const events: ThreadEventBody[] = [...withdrawals(state), ...closings(state, asked, patches)];
  const turn = state.openTurn;
  if (turn === null) return events;
  const outputs = unansweredCalls(historyItems(state.history)).map((call) => {
    return { ...call, output: outcomeText(asked.has(call.call_id) ? "notAllowed" : patches.get(call.call_id)) };
  });
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

/** What the model reads in place of an output that nobody was left to give. */
function outcomeText(outcome: "done" | "notDone" | "mixed" | "notAllowed" | undefined): string {
  const restarted = "interrupted by a server restart";
  switch (outcome) {
    case "done":
      return `${restarted}; the patch had been applied completely`;
    case "notDone":
      return `${restarted}; nothing of the patch had been applied`;
    case "mixed":
      return `${restarted}; the patch may be applied in part: read the files before you repeat it`;
    case "notAllowed":
      return `${restarted} before anybody had allowed it; it did not run`;
    case undefined:
      return `${restarted}; outcome unknown: the effect may have happened in part. Look before you repeat it.`;
  }
}

function withdrawals(state: ThreadState): readonly ThreadEventBody[] {
  return [...state.pendingApprovals.values()].map(({ approvalId, turnId, itemId }) => {
    return { type: "approval.resolved", approvalId, turnId, itemId, outcome: { type: "withdrawn" }, actor: null };
  });
}

function closings(state: ThreadState, asked: ReadonlySet<string>, patches: PatchOutcomes): readonly ThreadEventBody[] {
  return [...state.openItems.values()].map(({ turnId, item, startedAt }) => {
    return { type: "item.completed", turnId, item: closed(item, asked, patches), startedAt };
  });
}

function closed(item: Item, asked: ReadonlySet<string>, patches: PatchOutcomes): Item {
  if (asked.has(item.id)) return closedAsDeclined(item);
  if (item.type === "patch" && patches.get(item.id) === "done") return { ...item, status: "completed" };
  return closedAsCutShort(item);
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
