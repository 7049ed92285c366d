import type { ThreadItem } from "@skein/protocol/item";
import type { NotificationParams } from "@skein/protocol/notifications";
import type { Turn } from "@skein/protocol/turn";
import { findTurn, noteUnloaded, withTurn } from "./find.ts";
import { type ItemView, noExtras, type Timeline, type TurnView } from "./timeline.ts";

/** Applies `change` to a loaded turn unless the turn already contains the event. */
export function changeTurn(
  timeline: Timeline,
  turnId: string,
  seq: number,
  change: (turn: TurnView) => TurnView,
): Timeline {
  const index = findTurn(timeline.turns, turnId);
  const turn = timeline.turns[index];
  if (turn === undefined) return noteUnloaded(timeline, turnId, seq);
  if (seq <= turn.asOf) return timeline;
  return withTurn(timeline, index, { ...change(turn), asOf: seq });
}

export function applyTurnStarted(timeline: Timeline, turn: Turn, seq: number): Timeline {
  if (findTurn(timeline.turns, turn.id) >= 0) return timeline;
  const { id, status, error, startedAt, completedAt, durationMs } = turn;
  const view: TurnView = {
    ...{ id, status, error, startedAt, completedAt, durationMs },
    ...noExtras,
    items: [],
    asOf: seq,
  };
  return { ...timeline, turns: [...timeline.turns, view], warnings: [], activeTurnId: id };
}

/**
 * Also closes what the turn left open, as no later event will. A command that still runs is no loose end: it went to the
 * background and is completed when it ends.
 */
export function applyTurnCompleted(timeline: Timeline, ended: Turn, seq: number): Timeline {
  const { status, error, startedAt, completedAt, durationMs } = ended;
  const endedAtMs = completedAt === null ? null : completedAt * 1000;
  const next = changeTurn(timeline, ended.id, seq, (turn) => ({
    ...turn,
    ...{ status, error, startedAt: startedAt ?? turn.startedAt, completedAt, durationMs },
    items: turn.items.some(isLooseEnd) ? turn.items.map((view) => closeItem(view, endedAtMs, seq)) : turn.items,
  }));
  const noted = isPartlyLoaded(next, ended.id) ? noteUnloaded(next, ended.id, seq) : next;
  return noted.activeTurnId === ended.id ? { ...noted, activeTurnId: null } : noted;
}

/** Only the first loaded turn can have items before the window; they may have been open too. */
function isPartlyLoaded(timeline: Timeline, turnId: string): boolean {
  return timeline.window.hasOlder && timeline.turns[0]?.id === turnId;
}

export function applyError(timeline: Timeline, params: NotificationParams<"error">, seq: number): Timeline {
  const { error, willRetry, turnId } = params;
  return changeTurn(timeline, turnId, seq, (turn) => ({ ...turn, errors: [...turn.errors, { error, willRetry }] }));
}

function isLooseEnd({ item, completedAtMs }: ItemView): boolean {
  const runsOn = item.type === "commandExecution" && item.status === "inProgress";
  return completedAtMs === null && !runsOn;
}

function closeItem(view: ItemView, endedAtMs: number | null, seq: number): ItemView {
  if (!isLooseEnd(view)) return view;
  const completedAtMs = endedAtMs ?? view.startedAtMs ?? 0;
  return { ...view, item: closedItem({ ...view.item, completedAtMs }), completedAtMs, asOf: seq };
}

function closedItem(item: ThreadItem): ThreadItem {
  return item.type === "fileChange" && item.status === "inProgress" ? { ...item, status: "failed" } : item;
}
