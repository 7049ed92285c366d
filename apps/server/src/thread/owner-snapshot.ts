/**
 * What the owner of a thread knows, as it is kept so that the next owner need not read the log from its beginning: the
 * fold of the log up to a seq. It is a cache; without it, or when a build does not know its version, the log is read.
 */
import type { ThreadState } from "@skein/core/thread/evolve";
import { historyItems } from "@skein/core/thread/history";
import { emptyTimeline, type Timeline } from "@skein/timeline/reduce/timeline";
import { parseCollections, stringifyCollections } from "./collections-json.ts";

/** Raise it when `ThreadState` or `Timeline` change their shape, or what they fold from an event; see `snapshot-shape.json`. */
export const snapshotVersion = 8;

export interface OwnerKnowledge {
  readonly state: ThreadState;
  /** Turns that have not ended, and open items. */
  readonly timeline: Timeline;
}

/** JSON text. */
export function encodeKnowledge({ state, timeline }: OwnerKnowledge): string {
  const { history, ...rest } = state;
  // Which turns are not loaded concerns readers of pages; an owner reads none.
  const window = { ...emptyTimeline.window, hasOlder: true };
  return stringifyCollections({ state: rest, history: historyItems(history), timeline: { ...timeline, window } });
}

/** `json`: parsed, of the current version. */
export function decodeKnowledge(json: unknown): OwnerKnowledge {
  const { state, history, timeline } = parseCollections(json) as {
    state: Omit<ThreadState, "history">;
    history: unknown[];
    timeline: Timeline;
  };
  return { state: { ...state, history: { length: history.length, shared: history } }, timeline };
}

const fewestEvents = 500;
const eventsPerModelItem = 4;

/**
 * After 500 events, or more where the model's history is long: writing it again then costs about as much as the events
 * since did, and reading them about as much as reading it.
 */
export function isSnapshotDue(eventsSince: number, { history }: Pick<ThreadState, "history">): boolean {
  return eventsSince >= Math.max(fewestEvents, history.length * eventsPerModelItem);
}
