import type { Timeline } from "./timeline.ts";

/**
 * Lets go of turns that have ended, for a reader that needs only what goes on: a thread's owner between turns holds a few
 * hundred bytes. Later events of a dropped turn (a command that outlived it) are counted as touching what is not loaded.
 */
export function dropSettledTurns(timeline: Timeline): Timeline {
  const turns = timeline.turns.filter((turn) => turn.status === "inProgress" || turn.items.some(isOpen));
  if (turns.length === timeline.turns.length) return timeline;
  return {
    ...timeline,
    turns,
    warnings: [],
    handOvers: [],
    window: { ...timeline.window, hasOlder: true, olderCursor: null },
  };
}

function isOpen(item: { readonly completedAtMs: number | null }): boolean {
  return item.completedAtMs === null;
}
