import type { ThreadEvent } from "../event.ts";
import { framedEventsOf } from "../frames.ts";
import { reduce } from "../reduce/reduce.ts";
import { emptyTimeline, type Timeline } from "../reduce/timeline.ts";

export const threadId = "thread-1";

/** The full fold of a log up to and including `seq`. */
export function fold(log: readonly ThreadEvent[], seq = Number.POSITIVE_INFINITY): Timeline {
  const events = log.filter((event) => event.seq <= seq).flatMap((event) => framedEventsOf(threadId, event));
  const last = log.findLast((event) => event.seq <= seq)?.seq ?? 0;
  return { ...events.reduce(reduce, emptyTimeline), seq: last };
}

/** The log after some completed items lost their chunks. Only items whose completion is at or below `head` qualify. */
export function compact(log: readonly ThreadEvent[], head: number, chosen: (itemId: string) => boolean): ThreadEvent[] {
  const gone = new Set<string>();
  for (const event of log) {
    if (event.type === "item.completed" && event.seq <= head && chosen(event.item.id)) gone.add(event.item.id);
  }
  return log.filter(
    (event) => !((event.type === "item.chunk" || event.type === "item.summaryPart") && gone.has(event.itemId)),
  );
}
