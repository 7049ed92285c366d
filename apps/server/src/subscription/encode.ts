/**
 * Events become bytes here, once per encoding and not once per subscriber. An encoding is what a client negotiated:
 * range frames (`skein/replay`) or plain notifications, less the notifications it opted out of.
 */
import { type EventRange, framedEventsOf } from "@skein/timeline/frames";
import { present } from "@skein/timeline/present/present";

export interface Encoding {
  /** Equal keys give equal bytes. */
  readonly key: string;
  readonly replay: boolean;
  readonly optedOut: ReadonlySet<string>;
}

export function encodingOf(replay: boolean, optedOut: Iterable<string>): Encoding {
  const methods = [...new Set(optedOut)].sort();
  return { key: JSON.stringify([replay, methods]), replay, optedOut: new Set(methods) };
}

/** The WebSocket messages that carry a range to a client of this encoding; none where it opted out of all of them. */
export function encodeRange(threadId: string, range: EventRange, encoding: Encoding): readonly Buffer[] {
  return encoding.replay ? [encodeFrame(threadId, range, encoding)] : encodePlain(threadId, range, encoding);
}

/** A notification without a seq: status, rate limits, lists. Safe to lose. */
export function encodeNotification(method: string, params: unknown, atMs: number): Buffer {
  return Buffer.from(JSON.stringify({ method, params, emittedAtMs: atMs }));
}

function encodeFrame(threadId: string, range: EventRange, encoding: Encoding): Buffer {
  const { from, to, upToDate } = range;
  const events = range.events
    .flatMap((event) => framedEventsOf(threadId, event))
    .filter(({ method }) => !encoding.optedOut.has(method));
  return encodeNotification("skein/thread/events", { threadId, from, to, events, upToDate }, Date.now());
}

/** Skein's own notifications stay out: a client that asked for no extension sees the plain protocol. */
function encodePlain(threadId: string, range: EventRange, encoding: Encoding): readonly Buffer[] {
  return range.events
    .flatMap((event) => present(threadId, event))
    .filter(({ method }) => !method.startsWith("skein/") && !encoding.optedOut.has(method))
    .map(({ method, params, emittedAtMs }) => encodeNotification(method, params, emittedAtMs));
}
