import type { ThreadEvent } from "../event.ts";
import { framedEventsOf } from "../frames.ts";
import { reduce } from "../reduce/reduce.ts";
import { emptyTimeline, noExtras, type Timeline, type TurnView } from "../reduce/timeline.ts";
import type { ItemRow } from "./derive-projection.ts";

/**
 * Rows as they are at the head: the events that have come for open items since their rows were written are folded in,
 * by the reducer that everyone uses. `events` in the order of the log.
 */
export function foldOpenItems(rows: readonly ItemRow[], events: readonly ThreadEvent[]): readonly ItemRow[] {
  if (events.length === 0) return rows;
  const framed = events.flatMap((event) => framedEventsOf("", event));
  const folded = framed.reduce<Timeline>(reduce, { ...emptyTimeline, turns: turnsOf(rows) });
  const views = new Map(folded.turns.flatMap(({ items }) => items.map((view) => [view.item.id, view])));
  return rows.map((row) => ({ ...row, ...views.get(row.itemId) }));
}

/** As much of the turns as the reducer needs to find the items in. */
function turnsOf(rows: readonly ItemRow[]): TurnView[] {
  const byTurn = Map.groupBy(rows, ({ turnId }) => turnId);
  return [...byTurn].map(([id, items]) => ({
    id,
    status: "inProgress",
    error: null,
    startedAt: null,
    completedAt: null,
    durationMs: null,
    items: items.map(({ item, startedAtMs, completedAtMs, asOf }) => ({ item, startedAtMs, completedAtMs, asOf })),
    ...noExtras,
    asOf: 0,
  }));
}
