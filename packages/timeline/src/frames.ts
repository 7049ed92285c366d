/** Builds the range frames of `skein/replay`. */
import type { FramedEvent, ThreadEvents } from "@skein/protocol/replay";
import type { ThreadEvent } from "./event.ts";
import { present } from "./present/present.ts";

/** `from` is the seq before the range, `to` its last seq; `events` are the surviving events in between, oldest first. */
export interface EventRange {
  readonly from: number;
  readonly to: number;
  readonly events: readonly ThreadEvent[];
  /** Whether `to` was the head of the log. */
  readonly upToDate: boolean;
  /** Stands for `to`. */
  readonly cursor: string;
}

export function frameOf(threadId: string, range: EventRange): ThreadEvents {
  const { from, to, events, upToDate, cursor } = range;
  return { threadId, from, to, cursor, events: events.flatMap((event) => framedEventsOf(threadId, event)), upToDate };
}

/** All notifications of one event carry its seq; a frame never divides them. */
export function framedEventsOf(threadId: string, event: ThreadEvent): FramedEvent[] {
  return present(threadId, event).map(({ method, params }) => ({ seq: event.seq, method, params }) as FramedEvent);
}
