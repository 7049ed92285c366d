import type { Append } from "./append.ts";

/** What the database said of one append: written or not, and the thread's row as it is now. */
export interface Reply {
  readonly appended: boolean;
  /** null: there is no such thread. */
  readonly headSeq: number | null;
  readonly fence: bigint | null;
  readonly owned: boolean;
}

export type Outcome =
  | { readonly type: "committed" }
  | { readonly type: "ownershipLost" }
  | { readonly type: "gone" }
  | { readonly type: "headMoved"; readonly headSeq: number }
  /** Nothing speaks against it any more: an earlier attempt was still running when this one looked. */
  | { readonly type: "again" };

/**
 * `ambiguous`: an earlier attempt was sent, and its reply never came. Only one append of a thread is ever in flight, so a head that
 * is exactly where that attempt would have put it, under the same fence, was put there by it.
 */
export function decideOutcome(
  { fence, expectedSeq, events }: Pick<Append, "fence" | "expectedSeq" | "events">,
  reply: Reply,
  ambiguous: boolean,
): Outcome {
  if (reply.appended) return { type: "committed" };
  if (reply.headSeq === null) return { type: "gone" };
  if (reply.fence !== fence || !reply.owned) return { type: "ownershipLost" };
  if (ambiguous && reply.headSeq === expectedSeq + events.length) return { type: "committed" };
  return reply.headSeq === expectedSeq ? { type: "again" } : { type: "headMoved", headSeq: reply.headSeq };
}
