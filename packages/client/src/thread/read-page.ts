import type { ResultOf } from "@skein/protocol/methods";
import type { Turn } from "@skein/protocol/turn";
import type { ThreadState, TimelinePage, TurnPage } from "@skein/timeline/reduce/page";

/** With `skein/replay` a turn in a page may carry what its notifications would have told: plan, diff, retries, warnings. */
type PagedTurn = Turn & { readonly extras?: TurnPage["extras"] };

/** A page of turns as the server gives it: newest first. */
interface WirePage {
  readonly data: readonly PagedTurn[];
  readonly nextCursor: string | null;
}

export function readPage(page: WirePage, asOf: number): TimelinePage {
  const turns = page.data.map((turn) => ({ turn, extras: turn.extras ?? null })).reverse();
  return { asOf, turns, olderCursor: page.nextCursor };
}

/** An archived thread cannot be resumed. */
export function readThreadState(resumed: ResultOf<"thread/resume">): ThreadState {
  const { thread, tokenUsage = null, pendingApprovals = [], warnings = [], handOvers = [] } = resumed;
  return { name: thread.name, archived: false, tokenUsage, pendingApprovals, warnings, handOvers };
}
