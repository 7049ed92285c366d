/** A thread as its new owner knows it: the agent's knowledge, and the turns and items that are still open. */
import { evolve, initialState } from "@skein/core/thread/evolve";
import { framedEventsOf } from "@skein/timeline/frames";
import { dropSettledTurns } from "@skein/timeline/reduce/drop-settled";
import { reduce } from "@skein/timeline/reduce/reduce";
import { emptyTimeline, type Timeline } from "@skein/timeline/reduce/timeline";
import type { OwnerEvents } from "../log/read-owner-events.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { decodeKnowledge, type OwnerKnowledge } from "./owner-snapshot.ts";
import type { OwnedThread } from "./thread-journal.ts";

export function foldOwned(thread: ThreadKey, fence: bigint, loaded: OwnerEvents): OwnedThread {
  const { snapshot, events, completeFrom, headSeq } = loaded;
  const known = snapshot === null ? unknown(completeFrom) : decodeKnowledge(snapshot.state);
  const state = events.reduce(evolve, known.state);
  const timeline = events
    .filter(({ seq }) => seq >= completeFrom)
    .flatMap((event) => framedEventsOf(thread.threadId, event))
    .reduce<Timeline>(reduce, known.timeline);
  return { thread, fence, headSeq, state, timeline: dropSettledTurns(timeline), snapshotSeq: snapshot?.seq ?? 0 };
}

function unknown(completeFrom: number): OwnerKnowledge {
  return { state: initialState, timeline: { ...emptyTimeline, seq: completeFrom - 1 } };
}
