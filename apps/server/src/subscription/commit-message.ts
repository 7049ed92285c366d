/** What the owner of a thread tells other nodes of a commit: the events as the log stores them, or how far it reaches now. */
import type { ThreadEvent } from "@skein/timeline/event";
import { upcast, versions } from "@skein/timeline/upcast";
import { z } from "zod";
import { maxPayloadBytes } from "../bus/bus.ts";

export interface CommitMessage {
  /** The log reaches at least this far. */
  readonly head: number;
  /** Those up to the head, in order and without a gap; none where they are too large for a message, or of a newer build. */
  readonly events: readonly ThreadEvent[];
}

const eventSchema = z.object({
  seq: z.int(),
  type: z.string(),
  version: z.int(),
  payload: z.unknown(),
  at: z.number(),
});
const messageSchema = z.object({ head: z.int(), events: z.array(eventSchema) });

/** `events` must not be empty. */
export function encodeCommit(events: readonly ThreadEvent[]): Uint8Array {
  const head = events.at(-1)?.seq ?? 0;
  const stored = events.map(({ seq, type, at, ...payload }) => ({ seq, type, version: versions[type], payload, at }));
  const whole = Buffer.from(JSON.stringify({ head, events: stored }));
  return whole.length <= maxPayloadBytes ? whole : Buffer.from(JSON.stringify({ head, events: [] }));
}

/** Throws for what is no such message. */
export function decodeCommit(payload: Uint8Array): CommitMessage {
  const { head, events } = messageSchema.parse(JSON.parse(Buffer.from(payload).toString()));
  const isKnown = events.every(({ type, version }) => version === (versions as Record<string, number>)[type]);
  return { head, events: isKnown ? events.map((event) => upcast({ ...event, payload: event.payload })) : [] };
}
