/**
 * What the subscribers of one thread on this node share: its committed events, encoded once per encoding.
 *
 * Events may come to it more than once, late, or not at all: what is published has no gaps, and what is missing is read
 * from the log, once for everybody. Plain clients get every event as it is committed. Range frames of streamed text are
 * coalesced: the first goes out at once, what follows within the window goes out together when it ends (measured: a
 * third of the CPU of one frame per event). Everything else goes out at once and takes along what waits, so that neither
 * a turn's start delays its first words nor a window its end.
 * The thread's status goes out right before the event that makes it.
 * A channel is made before anything is read for a subscriber, so that whatever is committed after that read is
 * published here.
 */
import { encodeCursor } from "@skein/protocol/cursor";
import type { ResetReason } from "@skein/protocol/replay";
import type { ThreadEvent } from "@skein/timeline/event";
import { buildFrames, type Frame } from "./build-frames.ts";
import type { SeenHead } from "./decide-head.ts";
import { evolveActivity, looksSame, presentActivity, unheardOf } from "./derive-status.ts";
import { type Encoding, encodeNotification, hears } from "./encode.ts";
import { EventRing } from "./event-ring.ts";
import type { EventSource } from "./event-source.ts";
import type { Follower } from "./follower.ts";
import type { Lens } from "./lens.ts";
import { type SharedPage, SharedReads } from "./shared-reads.ts";
import { type Stream, Subscription } from "./subscription.ts";

export interface ChannelOptions {
  readonly threadId: string;
  /** Of the database; cursors carry it. */
  readonly incarnation: string;
  readonly source: EventSource;
  /** For viewers: what they are shown of what is published. `source` gives the same. */
  readonly lens?: Lens;
  readonly report: (problem: string, details: object) => void;
}

const coalesceMs = 16;
/** Whoever was cut off while the thread was at work is mostly back by then. */
const keepRecentMs = 60_000;
/** Of places per encoding, and of encodings. */
const maxKeptFrames = 16;
/** What a reader has seen committed is mostly on its way here; if it does not come, it is read. */
const awaitPublicationMs = 25;

export class ThreadChannel implements Stream {
  readonly threadId: string;
  readonly #options: ChannelOptions;
  readonly #reads: SharedReads;
  readonly #subscriptions = new Set<Subscription>();
  readonly #ring = new EventRing();
  /** Made from the ring since the last event: by encoding and by the seq from which they go on. */
  readonly #frames = new Map<string, Map<number, readonly Frame[]>>();
  #logEpoch: number | null = null;
  /** null: nothing is known of the log yet. */
  #publishedSeq: number | null = null;
  /** As far as the log is known to reach, published or not. */
  #knownHead = 0;
  /** Range frames have been sent this far. */
  #flushedSeq = 0;
  /** Monotonic ms of the last event. */
  #takenAt = 0;
  #over: ResetReason | null = null;
  #activity = unheardOf;
  #healing: Promise<void> | null = null;
  #window: NodeJS.Timeout | null = null;
  #patience: NodeJS.Timeout | null = null;

  constructor(options: ChannelOptions) {
    this.threadId = options.threadId;
    this.#options = options;
    this.#reads = new SharedReads(options.source);
  }

  get publishedSeq(): number {
    return this.#publishedSeq ?? 0;
  }

  /** null: no reader has seen the log yet. */
  get logEpoch(): number | null {
    return this.#logEpoch;
  }

  get over(): ResetReason | null {
    return this.#over;
  }

  /** Whether what viewers are shown here is without exactly these. Without a lens nobody is kept from anything. */
  hides(values: readonly string[]): boolean {
    return this.#options.lens?.hides(values) ?? true;
  }

  get subscriberCount(): number {
    return this.#subscriptions.size;
  }

  subscribe(encoding: Encoding, follower: Follower): Subscription {
    const subscription = new Subscription(this, encoding, follower);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  unsubscribe(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    subscription.end();
  }

  /** A reader has seen that the log reaches at least this far. What of it is not published soon is read. */
  noteHead({ headSeq, logEpoch }: SeenHead): void {
    if (this.#logEpoch !== null && this.#logEpoch !== logEpoch) this.reset("otherEpoch", { headSeq, logEpoch });
    this.#logEpoch = logEpoch;
    if (this.#publishedSeq === null) this.#goOnAfter(headSeq);
    this.#knownHead = Math.max(this.#knownHead, headSeq);
    if (!this.#isBehind() || this.#patience !== null) return;
    this.#patience = setTimeout(() => {
      this.#patience = null;
      this.heal();
    }, awaitPublicationMs);
  }

  /** Committed events, in any order, of which some may have been here before and others may be missing. */
  publish(events: readonly ThreadEvent[]): void {
    const [first] = events;
    if (first === undefined) return;
    if (this.#publishedSeq === null) this.#goOnAfter(first.seq - 1);
    const next: ThreadEvent[] = [];
    for (const event of events) {
      this.#knownHead = Math.max(this.#knownHead, event.seq);
      if (event.seq !== this.publishedSeq + 1 || this.#options.lens?.isReady === false) continue;
      if (changesStatus(event)) this.#take(this.#shown(next.splice(0)));
      next.push(event);
      this.#publishedSeq = event.seq;
    }
    this.#take(this.#shown(next));
    if (this.#isBehind()) this.heal();
  }

  /** From another node: how far the log reaches there, and the events up to that, unless they are too many. */
  hear(head: number, events: readonly ThreadEvent[]): void {
    this.publish(events);
    if (this.#publishedSeq === null) return;
    this.#knownHead = Math.max(this.#knownHead, head);
    this.heal();
  }

  /** Resolves when everything through `seq`, which is in the log, has been published, or cannot be read now. */
  async reach(seq: number): Promise<void> {
    if (this.#publishedSeq === null) return;
    this.#knownHead = Math.max(this.#knownHead, seq);
    this.heal();
    await this.#healing;
  }

  /** Reads what was committed and not published here; nothing happens when nothing is missing. */
  heal(): void {
    if (!this.#isBehind()) return;
    this.#healing ??= this.#readMissing()
      .catch((err: unknown) => this.report("missing events could not be read", err))
      .finally(() => {
        this.#healing = null;
      });
  }

  /**
   * What has to be looked after every so often. Those whose socket is free again are told by their connection; this is
   * for those whom the database failed, and for the memory of threads that rest.
   */
  retry(): void {
    this.heal();
    if (performance.now() - this.#takenAt > keepRecentMs) this.#forgetRecent();
    for (const subscription of this.#subscriptions) if (!subscription.follower.isFull) subscription.goOn();
  }

  recentAfter(seq: number, encoding: Encoding): readonly Frame[] | null {
    const known = this.#frames.get(encoding.key)?.get(seq);
    if (known !== undefined) return known;
    const events = this.#ring.after(seq);
    if (events === null) return null;
    const upToDate = this.publishedSeq >= this.#knownHead;
    const frames = this.#build({ from: seq, to: this.publishedSeq, events, upToDate }, encoding);
    this.#keepFrames(seq, encoding, frames);
    return frames;
  }

  async readAfter(seq: number, encoding: Encoding): Promise<readonly Frame[] | null> {
    const page = await this.#reads.after(seq);
    if (page === null || !this.#isOfThisLog(page)) return null;
    const known = page.frames.get(encoding.key);
    if (known !== undefined) return known;
    const { events, through, head } = page;
    const frames = this.#build({ from: seq, to: through, events, upToDate: through === head }, encoding);
    page.frames.set(encoding.key, frames);
    return frames;
  }

  sizeAfter(seq: number): Promise<number> {
    return this.#options.source.sizeAfter(seq);
  }

  /** Whether a subscriber that goes on from here needs nothing from the database. */
  reachesBackTo(seq: number): boolean {
    return this.#publishedSeq !== null && seq >= this.#ring.floor;
  }

  /** Sends what waits for the end of the window. */
  flush(): void {
    if (this.#flushedSeq === this.publishedSeq) return;
    this.#flushedSeq = this.publishedSeq;
    for (const subscription of this.#subscriptions) if (subscription.encoding.replay) subscription.advance();
  }

  /** To every subscriber, outside the order of the log. */
  announce(method: string, params: unknown): void {
    if (this.#subscriptions.size === 0) return;
    const notice = encodeNotification(method, params, Date.now());
    for (const { encoding, follower } of this.#subscriptions) {
      if (hears(encoding, method)) follower.offer(`${method} ${this.threadId}`, notice);
    }
  }

  /** What was published is not what the log holds now; `head` is where it ends. */
  reset(reason: ResetReason, { headSeq, logEpoch }: SeenHead): void {
    this.#logEpoch = logEpoch;
    this.#goOnAfter(headSeq);
    for (const subscription of [...this.#subscriptions]) subscription.reset(reason);
  }

  /** Nothing more comes of it, to those neither who are about to start: whoever goes on does so with another channel. */
  supersede(reason: ResetReason): void {
    this.#over = reason;
    for (const subscription of [...this.#subscriptions]) subscription.reset(reason);
  }

  /** The thread was deleted. */
  gone(): void {
    const message = encodeNotification("thread/deleted", { threadId: this.threadId }, Date.now());
    for (const { follower } of [...this.#subscriptions]) {
      follower.send([message]);
      follower.unfollow(this.threadId);
    }
  }

  report(problem: string, err: unknown): void {
    this.#options.report(problem, { threadId: this.threadId, err });
  }

  /** Nobody follows it any more; those who did are ended. */
  close(): void {
    for (const timer of [this.#window, this.#patience]) if (timer !== null) clearTimeout(timer);
    this.#window = null;
    this.#patience = null;
    for (const subscription of this.#subscriptions) subscription.end();
    this.#subscriptions.clear();
  }

  #isBehind(): boolean {
    return this.publishedSeq < this.#knownHead;
  }

  #shown(events: readonly ThreadEvent[]): readonly ThreadEvent[] {
    const { lens } = this.#options;
    return lens === undefined || events.length === 0 ? events : lens.see(events);
  }

  #goOnAfter(seq: number): void {
    this.#options.lens?.lose();
    this.#activity = unheardOf;
    this.#publishedSeq = seq;
    this.#knownHead = seq;
    this.#flushedSeq = seq;
    this.#forgetRecent();
  }

  #forgetRecent(): void {
    this.#ring.clear(this.publishedSeq);
    this.#reads.clear();
    this.#frames.clear();
  }

  async #readMissing(): Promise<void> {
    while (this.#isBehind()) {
      // Nobody has to be sent what is missing; whoever comes reads it.
      if (![...this.#subscriptions].some(({ isLive }) => isLive)) return this.#goOnAfter(this.#knownHead);
      const before = this.publishedSeq;
      const page = await this.#reads.after(before);
      if (page === null || !this.#isOfThisLog(page)) return;
      const next = page.events.map(({ event }) => event).filter(({ seq }) => seq > this.publishedSeq);
      if (page.view !== undefined && page.through >= this.publishedSeq) this.#options.lens?.adopt(page.view);
      this.#publishedSeq = Math.max(this.publishedSeq, page.through);
      this.#knownHead = Math.max(this.#knownHead, page.head);
      this.#take(next);
      if (this.publishedSeq === before) return;
    }
  }

  #isOfThisLog({ logEpoch, head }: SharedPage): boolean {
    if (this.#logEpoch === null || logEpoch === this.#logEpoch) return true;
    this.reset("otherEpoch", { logEpoch, headSeq: head });
    return false;
  }

  /** The published seq is behind them already. */
  #take(events: readonly ThreadEvent[]): void {
    if (this.#flushedSeq === this.publishedSeq) return;
    this.#takenAt = performance.now();
    this.#announceStatus(events);
    for (const event of events) this.#ring.push(event);
    this.#frames.clear();
    for (const subscription of this.#subscriptions) if (!subscription.encoding.replay) subscription.advance();
    if (!events.every(isChunk)) this.flush();
    else if (this.#window === null) this.#openWindow();
  }

  /** Those who are up to date, and a crowd that was cut off together, stand at few places. */
  #keepFrames(seq: number, { key }: Encoding, frames: readonly Frame[]): void {
    const byPlace = this.#frames.get(key) ?? new Map<number, readonly Frame[]>();
    if (byPlace.size >= maxKeptFrames) byPlace.clear();
    if (this.#frames.size >= maxKeptFrames) this.#frames.clear();
    this.#frames.set(key, byPlace.set(seq, frames));
  }

  #announceStatus(events: readonly ThreadEvent[]): void {
    for (const event of events) {
      const before = this.#activity;
      this.#activity = evolveActivity(before, event);
      if (looksSame(before, this.#activity)) continue;
      const { threadId } = this;
      this.announce("thread/status/changed", { threadId, status: presentActivity(this.#activity) });
    }
  }

  #openWindow(): void {
    this.flush();
    this.#window = setTimeout(() => {
      this.#window = null;
      if (this.#flushedSeq < this.publishedSeq) this.#openWindow();
    }, coalesceMs);
  }

  #build(range: Pick<Parameters<typeof buildFrames>[0], "from" | "to" | "events" | "upToDate">, encoding: Encoding) {
    const { threadId, incarnation } = this.#options;
    const logEpoch = this.#logEpoch ?? 0;
    const cursorAt = (seq: number) => encodeCursor({ incarnation, logEpoch, seq });
    return buildFrames({ ...range, threadId, cursorAt }, encoding);
  }
}

function changesStatus(event: ThreadEvent): boolean {
  return evolveActivity(unheardOf, event) !== unheardOf;
}

function isChunk({ type }: ThreadEvent): boolean {
  return type === "item.chunk";
}
