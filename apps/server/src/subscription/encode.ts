/**
 * Events become text here, once per encoding and not once per subscriber. An encoding is what a client negotiated:
 * range frames (`skein/replay`) or plain notifications, less the notifications it opted out of; and for whom it is.
 */
import { notifications } from "@skein/protocol/notifications";
import type { ThreadEvent } from "@skein/timeline/event";
import { framedEventsOf } from "@skein/timeline/frames";
import { present } from "@skein/timeline/present/present";
import { textFrame } from "./text-frame.ts";
import { viewerNotifications } from "./viewer-notifications.ts";

/** A viewer sees a thread by a link, redacted. */
export type Audience = "member" | "viewer";

export interface Encoding {
  /** Equal keys give equal bytes. */
  readonly key: string;
  readonly replay: boolean;
  readonly optedOut: ReadonlySet<string>;
  readonly audience: Audience;
}

/** Most clients negotiate one of very few; those share the very object, so that keys are compared by their address. */
const known = new Map<string, Encoding>();
const maxKnown = 100;

/** Opting out of what no server sends makes no difference. */
export function encodingOf(replay: boolean, optedOut: Iterable<string>, audience: Audience = "member"): Encoding {
  const methods = [...new Set(optedOut)].filter((method) => Object.hasOwn(notifications, method)).sort();
  const key = JSON.stringify([replay, audience, methods]);
  const encoding = known.get(key) ?? { key, replay, optedOut: new Set(methods), audience };
  if (known.size < maxKnown) known.set(key, encoding);
  return encoding;
}

/** Whether a client of this encoding is told of it. */
export function hears({ optedOut, audience }: Encoding, method: string): boolean {
  return !optedOut.has(method) && (audience === "member" || viewerNotifications.has(method));
}

/** What one event gives a client of an encoding: entries of a range frame, or whole messages. */
export interface EncodedEvent {
  readonly texts: readonly string[];
  /** Of all texts, as UTF-8. */
  readonly bytes: number;
}

export function encodeEvent(threadId: string, event: ThreadEvent, encoding: Encoding): EncodedEvent {
  const texts = encoding.replay ? entriesOf(threadId, event, encoding) : messagesOf(threadId, event, encoding);
  return { texts, bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) };
}

/** A notification without a seq: status, rate limits, lists. Safe to lose. */
export function encodeNotification(method: string, params: unknown, atMs: number): Buffer {
  return textFrame(notificationText(method, params, atMs));
}

function notificationText(method: string, params: unknown, atMs: number): string {
  return JSON.stringify({ method, params, emittedAtMs: atMs });
}

function entriesOf(threadId: string, event: ThreadEvent, encoding: Encoding): readonly string[] {
  return framedEventsOf(threadId, event)
    .filter(({ method }) => hears(encoding, method))
    .map((framed) => JSON.stringify(framed));
}

/** Skein's own notifications stay out: a client that asked for no extension sees the plain protocol. */
function messagesOf(threadId: string, event: ThreadEvent, encoding: Encoding): readonly string[] {
  return present(threadId, event)
    .filter(({ method }) => !method.startsWith("skein/") && hears(encoding, method))
    .map(({ method, params, emittedAtMs }) => notificationText(method, params, emittedAtMs));
}
