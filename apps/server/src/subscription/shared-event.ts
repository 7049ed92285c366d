import type { ThreadEvent } from "@skein/timeline/event";
import { type EncodedEvent, type Encoding, encodeEvent } from "./encode.ts";

/** An event that several subscribers are sent: it is encoded when the first of an encoding needs it, and then kept so. */
export interface SharedEvent {
  readonly event: ThreadEvent;
  readonly encodings: Map<string, EncodedEvent>;
}

/** Clients choose what they opt out of, and each choice is an encoding of its own: what was kept for those that left has to go. */
const maxEncodings = 16;

export function shareEvent(event: ThreadEvent): SharedEvent {
  return { event, encodings: new Map() };
}

export function encodedAs(threadId: string, { event, encodings }: SharedEvent, encoding: Encoding): EncodedEvent {
  const known = encodings.get(encoding.key);
  if (known !== undefined) return known;
  const encoded = encodeEvent(threadId, event, encoding);
  if (encodings.size >= maxEncodings) encodings.clear();
  encodings.set(encoding.key, encoded);
  return encoded;
}
