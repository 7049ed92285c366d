import type { WarningReported } from "@skein/protocol/replay";
import type { Timeline } from "./timeline.ts";
import { changeTurn } from "./turn-events.ts";

/** Between turns the same may be said over and over, by every attempt to start the next one: its last time counts. */
export function applyWarning(timeline: Timeline, { turnId, warning }: WarningReported, seq: number): Timeline {
  if (turnId !== null) {
    return changeTurn(timeline, turnId, seq, (turn) => ({ ...turn, warnings: [...turn.warnings, warning] }));
  }
  const others = timeline.warnings.filter(({ message }) => message !== warning.message);
  return { ...timeline, warnings: [...others, warning] };
}
