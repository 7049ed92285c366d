import type { ThreadEvents } from "@skein/protocol/replay";
import { reduce } from "./reduce.ts";
import type { Timeline } from "./timeline.ts";

export type FrameResult =
  | { readonly kind: "applied"; readonly timeline: Timeline }
  /** Events between the timeline's seq and the frame are missing: resume from the cursor. */
  | { readonly kind: "gap" };

/**
 * Applies a range frame. A frame speaks for all surviving events in (from, to], so it fits when it begins at or before
 * the timeline's seq; seqs inside it may have holes where the log was compacted. Returns the same timeline when the
 * frame brings nothing new.
 */
export function applyFrame(timeline: Timeline, frame: ThreadEvents): FrameResult {
  if (frame.from > timeline.seq) return { kind: "gap" };
  if (frame.to <= timeline.seq) return { kind: "applied", timeline };
  let next = timeline;
  for (const event of frame.events) {
    if (event.seq > timeline.seq) next = reduce(next, event);
  }
  return { kind: "applied", timeline: { ...next, seq: frame.to } };
}
