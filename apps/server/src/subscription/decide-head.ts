/** What the head of a thread's log says about what this node has published of it. */
import type { ResetReason } from "@skein/protocol/replay";

/** A place in a thread's log that a reader has seen. */
export interface SeenHead {
  readonly headSeq: number;
  readonly logEpoch: number;
}

/** Of a channel, before the head was asked for: what was published then was committed before, so the log must reach it. */
export interface Published {
  readonly publishedSeq: number;
  readonly logEpoch: number;
}

export type HeadVerdict =
  | { readonly type: "level" }
  /** Events were committed that were not published here. */
  | { readonly type: "behind"; readonly head: SeenHead }
  /** The log is not the one that was published. */
  | { readonly type: "reset"; readonly reason: ResetReason; readonly head: SeenHead }
  | { readonly type: "gone" };

/** `head`: undefined when there is no such thread any more. */
export function decideHead({ publishedSeq, logEpoch }: Published, head: SeenHead | undefined): HeadVerdict {
  if (head === undefined) return { type: "gone" };
  if (head.logEpoch !== logEpoch) return { type: "reset", reason: "otherEpoch", head };
  if (head.headSeq < publishedSeq) return { type: "reset", reason: "aheadOfLog", head };
  return head.headSeq > publishedSeq ? { type: "behind", head } : { type: "level" };
}
