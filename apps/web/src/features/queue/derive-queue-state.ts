import type { Timeline } from "@skein/timeline/reduce/timeline";

/** `paused`: an interrupted turn was the last, so that what waits stays until a turn has run to its end. */
export type QueueState = "waiting" | "paused" | "starting";

export function deriveQueueState({ activeTurnId, turns }: Pick<Timeline, "activeTurnId" | "turns">): QueueState {
  if (activeTurnId !== null) return "waiting";
  return turns.at(-1)?.status === "interrupted" ? "paused" : "starting";
}
