/**
 * The turn's way into the log. It stamps events, puts streamed text before whatever follows it, and knows which items
 * of the turn are open. The first failed append ends it: from then on nothing is written and everything rejects, since
 * the log may belong to another node.
 *
 * It stays usable after the turn, for commands that run on in the background.
 */
import type { NewThreadEvent, ThreadEventBody } from "@skein/timeline/event";
import type { AgentMessageItem } from "@skein/timeline/item";
import type { CallRecord, Clock, CommandReceipt, Journal } from "../ports.ts";
import type { Chunk, OpenItem } from "../thread/open-item.ts";
import { type ChunkBuffer, type ChunkChannel, Chunker } from "./chunker.ts";

/** What an earlier node wrote of the turn. */
export interface EarlierItems {
  readonly usedIds: readonly string[];
  /** Of all turns; those of this one can be gone on with. */
  readonly openItems: Iterable<OpenItem>;
  readonly finalMessage: AgentMessageItem | null;
}

/** The node stops: what the turn would still write is the next owner's to write. */
export class HandedOver extends Error {
  override readonly name = "HandedOver";
}

export interface TurnJournalOptions {
  readonly turnId: string;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Called once, when an append has failed. */
  readonly onFailure: (error: unknown) => void;
  /** null for a turn that begins. */
  readonly earlier: EarlierItems | null;
}

export class TurnJournal {
  readonly #options: TurnJournalOptions;
  readonly #chunker: Chunker;
  readonly #open = new Map<string, OpenItem>();
  readonly #usedIds = new Set<string>();
  #failure: { readonly error: unknown } | null = null;
  #calls: CallRecord[] = [];
  #last: Promise<void> = Promise.resolve();
  #finalMessage: AgentMessageItem | null = null;

  constructor(options: TurnJournalOptions) {
    this.#options = options;
    const { turnId, clock, earlier } = options;
    for (const id of earlier?.usedIds ?? []) this.#usedIds.add(id);
    for (const open of earlier?.openItems ?? []) if (open.turnId === turnId) this.#open.set(open.item.id, open);
    this.#finalMessage = earlier?.finalMessage ?? null;
    this.#chunker = new Chunker({ turnId, clock, append: (chunks) => this.#append(chunks) });
  }

  /** Why nothing more can be written; null while all is well. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  /** Items that were started and not completed, by id. */
  get openItems(): ReadonlyMap<string, OpenItem> {
    return this.#open;
  }

  /** The last message that the model finished. */
  get finalMessage(): AgentMessageItem | null {
    return this.#finalMessage;
  }

  set finalMessage(message: AgentMessageItem) {
    this.#finalMessage = message;
  }

  /** Whether an item of this turn already has the id. Providers that repeat ids exist. */
  isUsed(itemId: string): boolean {
    return this.#usedIds.has(itemId);
  }

  /** Resolves when the events, and all before them, are committed. */
  emit(events: readonly ThreadEventBody[], receipts: readonly CommandReceipt[] = []): Promise<void> {
    const chunks = this.#chunker.drain();
    for (const event of events) this.#track(event);
    return this.#append([...chunks, ...events], receipts);
  }

  /** Like `emit`, for who need not wait; a failure shows in `failure` and at the next `emit`. */
  post(events: readonly ThreadEventBody[], receipts: readonly CommandReceipt[] = []): void {
    this.emit(events, receipts).catch(() => {});
  }

  /** Goes with the next events, which tell of its end. */
  note(call: CallRecord): void {
    this.#calls.push(call);
  }

  /** Resolves when everything emitted so far is committed, streamed text included. */
  committed(): Promise<void> {
    return this.emit([]);
  }

  /** From here on nothing is written, and everything rejects with `HandedOver`. */
  seal(): void {
    this.#failure ??= { error: new HandedOver("the turn goes on with its next owner") };
    this.#chunker.stop();
  }

  buffer(itemId: string, channel: ChunkChannel, index: number): ChunkBuffer {
    return this.#chunker.buffer(itemId, channel, index);
  }

  #append(bodies: readonly (ThreadEventBody | Chunk)[], receipts: readonly CommandReceipt[] = []): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure.error);
    if (bodies.length === 0) return this.#last;
    const at = this.#options.clock.now();
    const events: NewThreadEvent[] = bodies.map((body) => ({ ...body, at }));
    const appended = this.#options.journal.append(events, receipts, this.#calls.splice(0)).catch((error: unknown) => {
      this.#fail(error);
      throw error;
    });
    this.#last = appended;
    appended.catch(() => {});
    return appended;
  }

  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = { error };
    this.#chunker.stop();
    this.#options.onFailure(error);
  }

  #track(event: ThreadEventBody): void {
    if (event.type === "item.started") {
      this.#usedIds.add(event.item.id);
      this.#open.set(event.item.id, { turnId: event.turnId, item: event.item, startedAt: this.#options.clock.now() });
    } else if (event.type === "item.completed") {
      this.#open.delete(event.item.id);
      this.#chunker.close(event.item.id);
    }
  }
}
