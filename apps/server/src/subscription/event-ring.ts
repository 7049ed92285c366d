/**
 * The newest events of a watched thread, kept so that subscribers who are a little behind (they have just come back, or
 * their socket was full) need nothing from the database.
 */
import type { ThreadEvent } from "@skein/timeline/event";
import { hiddenEventTypes } from "@skein/timeline/present/hidden";
import { type SharedEvent, shareEvent } from "./shared-event.ts";

export const maxRingEvents = 512;
/** Of the events themselves; their encodings are of the same order. */
export const maxRingBytes = 1024 * 1024;

/** Of an event beside its text. */
const bytesBesideText = 200;

interface Kept extends SharedEvent {
  readonly size: number;
}

export class EventRing {
  readonly #kept: Kept[] = [];
  #bytes = 0;
  /** All surviving events after this seq are here. */
  #floor = 0;

  get floor(): number {
    return this.#floor;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The next event. Those that nobody is shown take no room. */
  push(event: ThreadEvent): void {
    if (hiddenEventTypes.has(event.type)) return;
    const size = sizeOf(event);
    this.#kept.push({ ...shareEvent(event), size });
    this.#bytes += size;
    while (this.#kept.length > maxRingEvents || this.#bytes > maxRingBytes) this.#dropOldest();
  }

  /** Oldest first; null: some of them are gone from here. */
  after(seq: number): readonly SharedEvent[] | null {
    if (seq < this.#floor) return null;
    let begin = this.#kept.length;
    while (begin > 0 && (this.#kept[begin - 1]?.event.seq ?? 0) > seq) begin -= 1;
    return this.#kept.slice(begin);
  }

  /** Holds nothing any more; what is pushed next follows `seq`. */
  clear(seq: number): void {
    this.#kept.length = 0;
    this.#bytes = 0;
    this.#floor = seq;
  }

  #dropOldest(): void {
    const oldest = this.#kept.shift();
    if (oldest === undefined) return;
    this.#bytes -= oldest.size;
    this.#floor = oldest.event.seq;
  }
}

/** Chunks are most of all events, and their size is known without writing them down. */
function sizeOf(event: ThreadEvent): number {
  return bytesBesideText + (event.type === "item.chunk" ? event.text.length : JSON.stringify(event).length);
}
