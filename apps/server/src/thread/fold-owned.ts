/** A thread as its new owner knows it: the agent's knowledge, and the turns and items that are still open. */
import { evolve, initialState } from "@skein/core/thread/evolve";
import { framedEventsOf } from "@skein/timeline/frames";
import { dropSettledTurns } from "@skein/timeline/reduce/drop-settled";
import { reduce } from "@skein/timeline/reduce/reduce";
import { emptyTimeline, type Timeline } from "@skein/timeline/reduce/timeline";
import type { OwnerEvents } from "../log/read-owner-events.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import type { OwnedThread } from "./thread-journal.ts";

export function foldOwned(
  thread: ThreadKey,
  fence: bigint,
  { events, completeFrom, headSeq }: OwnerEvents,
): OwnedThread {
  const state = events.reduce(evolve, initialState);
  const recent = events.filter(({ seq }) => seq >= completeFrom);
  const timeline = recent
    .flatMap((event) => framedEventsOf(thread.threadId, event))
    .reduce<Timeline>(reduce, { ...emptyTimeline, seq: completeFrom - 1 });
  return { thread, fence, headSeq, state, timeline: dropSettledTurns(timeline) };
}
