/** Where live events land: nearly always in the last turn and its last items, so both searches begin at the end. */
import type { ItemView, Timeline, TurnView } from "./timeline.ts";

export function findTurn(turns: readonly TurnView[], turnId: string): number {
  for (let index = turns.length - 1; index >= 0; index -= 1) {
    if (turns[index]?.id === turnId) return index;
  }
  return -1;
}

export function findItem(items: readonly ItemView[], itemId: string): number {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    if (items[index]?.item.id === itemId) return index;
  }
  return -1;
}

export function withTurn(timeline: Timeline, index: number, turn: TurnView): Timeline {
  return { ...timeline, turns: timeline.turns.with(index, turn) };
}

/** An event touched a turn or item that is not loaded; a page read before `seq` would miss it. */
export function noteUnloaded(timeline: Timeline, turnId: string, seq: number): Timeline {
  const { window } = timeline;
  if ((window.touchedUnloaded.get(turnId) ?? -1) >= seq) return timeline;
  const touchedUnloaded = new Map(window.touchedUnloaded).set(turnId, seq);
  return { ...timeline, window: { ...window, touchedUnloaded } };
}
