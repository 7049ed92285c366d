import type { HandOver } from "@skein/protocol/hand-over";
import type { Timeline } from "./timeline.ts";

/** As the server keeps them. */
const maxHandOvers = 50;

/** One that the timeline was opened with stays as it is. */
export function applyHandedOver(timeline: Timeline, handOver: HandOver): Timeline {
  if (timeline.handOvers.some(({ seq }) => seq >= handOver.seq)) return timeline;
  return { ...timeline, handOvers: [...timeline.handOvers, handOver].slice(-maxHandOvers) };
}
