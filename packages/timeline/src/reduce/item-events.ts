import type { NotificationParams } from "@skein/protocol/notifications";
import { appendText, type TextEvent } from "./append-text.ts";
import { findItem, findTurn, noteUnloaded, withTurn } from "./find.ts";
import type { ItemView, Timeline } from "./timeline.ts";

export function applyItemStarted(
  timeline: Timeline,
  params: NotificationParams<"item/started">,
  seq: number,
): Timeline {
  const index = findTurn(timeline.turns, params.turnId);
  const turn = timeline.turns[index];
  if (turn === undefined) return noteUnloaded(timeline, params.turnId, seq);
  if (findItem(turn.items, params.item.id) >= 0) return timeline;
  const view: ItemView = { item: params.item, startedAtMs: params.startedAtMs, completedAtMs: null, asOf: seq };
  return withTurn(timeline, index, { ...turn, items: [...turn.items, view] });
}

/** The item as it ended replaces whatever the deltas gave, but keeps its place. */
export function applyItemCompleted(
  timeline: Timeline,
  params: NotificationParams<"item/completed">,
  seq: number,
): Timeline {
  const { item, completedAtMs } = params;
  return changeItem(timeline, params.turnId, item.id, seq, ({ startedAtMs }) => ({
    item,
    startedAtMs: item.startedAtMs ?? startedAtMs,
    completedAtMs,
    asOf: seq,
  }));
}

export function applyItemText(timeline: Timeline, event: TextEvent, seq: number): Timeline {
  const { turnId, itemId } = event.params;
  return changeItem(timeline, turnId, itemId, seq, (view) => ({
    ...view,
    item: appendText(view.item, event),
    asOf: seq,
  }));
}

/** Applies `change` to a loaded item unless the item already contains the event. */
function changeItem(
  timeline: Timeline,
  turnId: string,
  itemId: string,
  seq: number,
  change: (view: ItemView) => ItemView,
): Timeline {
  const turnIndex = findTurn(timeline.turns, turnId);
  const turn = timeline.turns[turnIndex];
  const itemIndex = turn === undefined ? -1 : findItem(turn.items, itemId);
  const view = turn?.items[itemIndex];
  if (turn === undefined || view === undefined) return noteUnloaded(timeline, turnId, seq);
  if (seq <= view.asOf) return timeline;
  return withTurn(timeline, turnIndex, { ...turn, items: turn.items.with(itemIndex, change(view)) });
}
