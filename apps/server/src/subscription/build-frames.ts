/** A range of events as the WebSocket messages that carry it to a client, in pieces of bounded size. */
import type { ThreadEvent } from "@skein/timeline/event";
import type { Encoding } from "./encode.ts";
import { encodedAs, type SharedEvent } from "./shared-event.ts";
import { textFrame } from "./text-frame.ts";

/** A piece is larger only when one event alone is. In bytes, of encoded events. */
export const maxFrameBytes = 256 * 1024;

/** All surviving events in (from, to], oldest first; `upToDate`: `to` is the head of the log. */
export interface SharedRange {
  readonly threadId: string;
  readonly from: number;
  readonly to: number;
  readonly events: readonly SharedEvent[];
  readonly upToDate: boolean;
  readonly cursorAt: (seq: number) => string;
}

/** For a client that has everything up to `from`: after `messages` it has everything up to `to`. */
export interface Frame {
  readonly from: number;
  readonly to: number;
  readonly messages: readonly Buffer[];
  /** What the events ask of the client besides being shown, in their order. */
  readonly approvals: readonly ApprovalEvent[];
}

export type ApprovalEvent = Extract<ThreadEvent, { type: "approval.requested" | "approval.resolved" }>;

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly events: readonly SharedEvent[];
}

/** At least one; an event is never divided. */
export function buildFrames(range: SharedRange, encoding: Encoding): readonly Frame[] {
  return divide(range, encoding).map((piece) => ({
    from: piece.from,
    to: piece.to,
    messages: encoding.replay ? [rangeFrame(range, piece, encoding)] : plainMessages(range, piece, encoding),
    approvals: piece.events.map(({ event }) => event).filter(isApproval),
  }));
}

function divide({ threadId, from, to, events }: SharedRange, encoding: Encoding): readonly Piece[] {
  const pieces: Piece[] = [];
  let [begin, beginSeq, bytes] = [0, from, 0];
  for (const [index, shared] of events.entries()) {
    const size = encodedAs(threadId, shared, encoding).bytes;
    const before = events[index - 1];
    if (before !== undefined && index > begin && bytes + size > maxFrameBytes) {
      pieces.push({ from: beginSeq, to: before.event.seq, events: events.slice(begin, index) });
      [begin, beginSeq, bytes] = [index, before.event.seq, 0];
    }
    bytes += size;
  }
  return [...pieces, { from: beginSeq, to, events: begin === 0 ? events : events.slice(begin) }];
}

/** `skein/thread/events`, put together from entries that are text already. */
function rangeFrame({ threadId, to: end, upToDate, cursorAt }: SharedRange, piece: Piece, encoding: Encoding): Buffer {
  const { from, to } = piece;
  const entries = piece.events.flatMap((shared) => encodedAs(threadId, shared, encoding).texts);
  const place = JSON.stringify({ threadId, from, to, cursor: cursorAt(to), upToDate: upToDate && to === end });
  const params = `${place.slice(0, -1)},"events":[${entries.join(",")}]}`;
  return textFrame(`{"method":"skein/thread/events","params":${params},"emittedAtMs":${Date.now()}}`);
}

function plainMessages({ threadId }: SharedRange, { events }: Piece, encoding: Encoding): readonly Buffer[] {
  return events.flatMap((shared) => encodedAs(threadId, shared, encoding).texts).map(textFrame);
}

function isApproval(event: ThreadEvent): event is ApprovalEvent {
  return event.type === "approval.requested" || event.type === "approval.resolved";
}
