/**
 * Reads of one log for many subscribers. When a crowd comes back at once, most of it stands at the same place: whoever
 * asks for what was read a moment ago shares that page, and the frames that were made of it. A page that is not the
 * newest any more is still a part of the log; its reader goes on from where it ends.
 */
import type { Frame } from "./build-frames.ts";
import type { EventSource, LogPage } from "./event-source.ts";
import { type SharedEvent, shareEvent } from "./shared-event.ts";

export interface SharedPage extends Omit<LogPage, "events"> {
  readonly events: readonly SharedEvent[];
  /** By the key of the encoding. */
  readonly frames: Map<string, readonly Frame[]>;
}

interface Read {
  readonly page: Promise<SharedPage | null>;
  readonly at: number;
}

const sharedForMs = 500;
const maxShared = 8;

export class SharedReads {
  readonly #source: EventSource;
  readonly #reads = new Map<number, Read>();

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** null: the thread is gone. Rejects when the log cannot be read. */
  async after(seq: number): Promise<SharedPage | null> {
    const known = this.#reads.get(seq);
    if (known !== undefined && performance.now() - known.at < sharedForMs) {
      const page = await known.page;
      // Read before that was committed which this caller looks for.
      if (page !== null && page.through > seq) return page;
    }
    return this.#readAnew(seq);
  }

  clear(): void {
    this.#reads.clear();
  }

  #readAnew(seq: number): Promise<SharedPage | null> {
    const now = performance.now();
    const page = this.#read(seq);
    this.#reads.delete(seq);
    this.#reads.set(seq, { page, at: now });
    this.#forget(now);
    page.catch(() => this.#reads.delete(seq));
    return page;
  }

  async #read(seq: number): Promise<SharedPage | null> {
    const page = await this.#source.readAfter(seq);
    return page === null ? null : { ...page, events: page.events.map(shareEvent), frames: new Map() };
  }

  /** Insertion order is the order in time. */
  #forget(now: number): void {
    for (const [seq, { at }] of this.#reads) {
      if (this.#reads.size <= maxShared && now - at < sharedForMs) return;
      this.#reads.delete(seq);
    }
  }
}
