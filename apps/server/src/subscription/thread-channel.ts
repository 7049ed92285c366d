/**
 * What the subscribers of one thread on this node share: its committed events, encoded once per encoding.
 *
 * Plain clients get every event as it is committed. Range frames of streamed text are coalesced: the first goes out at
 * once, what follows within the window goes out together when it ends (measured: a third of the CPU of one frame per
 * event). Everything else goes out at once and takes along what waits, so that neither a turn's start delays its first
 * words nor a window its end.
 * A channel is made before anything is read for a subscriber, so that whatever is committed after that read is
 * published here.
 */
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ThreadEvent } from "@skein/timeline/event";
import type { ApprovalServerRequest } from "@skein/timeline/present/approval";
import { type Encoding, encodeNotification, encodeRange } from "./encode.ts";
import { type EventSource, type Follower, Subscription } from "./subscription.ts";

const coalesceMs = 16;

export class ThreadChannel {
  readonly threadId: string;
  readonly #source: EventSource;
  readonly #subscriptions = new Set<Subscription>();
  #publishedSeq = 0;
  #pending: ThreadEvent[] = [];
  #window: NodeJS.Timeout | null = null;

  constructor(threadId: string, source: EventSource) {
    this.threadId = threadId;
    this.#source = source;
  }

  get publishedSeq(): number {
    return this.#publishedSeq;
  }

  get subscriberCount(): number {
    return this.#subscriptions.size;
  }

  subscribe(encoding: Encoding, follower: Follower): Subscription {
    const subscription = new Subscription(this.threadId, encoding, follower, this.#source, this);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  unsubscribe(subscription: Subscription): void {
    subscription.end();
    this.#subscriptions.delete(subscription);
  }

  /** A reader has seen that the log reaches at least this far. */
  noteHead(seq: number): void {
    this.#publishedSeq = Math.max(this.#publishedSeq, seq);
  }

  /** Committed events, in order and without a gap to what was published before. */
  publish(events: readonly ThreadEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.#publishedSeq = Math.max(this.#publishedSeq, last.seq);
    if (this.#subscriptions.size === 0) return;
    this.#deliver(events, (encoding) => !encoding.replay);
    this.#pending.push(...events);
    if (!events.every(isChunk)) this.flush();
    else if (this.#window === null) this.#openWindow();
  }

  /** Sends what waits for the end of the window. */
  flush(): void {
    const events = this.#pending;
    if (events.length === 0) return;
    this.#pending = [];
    this.#deliver(events, (encoding) => encoding.replay);
  }

  /** To every subscriber, outside the order of the log. */
  announce(method: string, params: unknown): void {
    if (this.#subscriptions.size === 0) return;
    const frame = [encodeNotification(method, params, Date.now())];
    for (const { encoding, follower } of this.#subscriptions) {
      if (!encoding.optedOut.has(method)) follower.sendFrames(frame);
    }
  }

  /** Asks those who have seen what is asked about. Whoever is still catching up is asked when it has caught up. */
  ask(approvalId: string, request: ApprovalServerRequest): void {
    for (const { isLive, follower } of this.#subscriptions) {
      if (isLive) follower.ask(this.threadId, approvalId, request);
    }
  }

  settle(requestId: RequestId): void {
    for (const { follower } of this.#subscriptions) follower.settle(requestId);
  }

  close(): void {
    if (this.#window !== null) clearTimeout(this.#window);
    this.#window = null;
    for (const subscription of this.#subscriptions) subscription.end();
    this.#subscriptions.clear();
  }

  #openWindow(): void {
    this.flush();
    this.#window = setTimeout(() => {
      this.#window = null;
      if (this.#pending.length > 0) this.#openWindow();
    }, coalesceMs);
  }

  #deliver(events: readonly ThreadEvent[], wants: (encoding: Encoding) => boolean): void {
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) return;
    const range = { from: first.seq - 1, to: last.seq, events, upToDate: true };
    const encoded = new Map<string, readonly Buffer[]>();
    for (const subscription of this.#subscriptions) {
      const { encoding } = subscription;
      if (!wants(encoding)) continue;
      subscription.deliver(events, () => {
        const known = encoded.get(encoding.key);
        if (known !== undefined) return known;
        const frames = encodeRange(this.threadId, range, encoding);
        encoded.set(encoding.key, frames);
        return frames;
      });
    }
  }
}

function isChunk({ type }: ThreadEvent): boolean {
  return type === "item.chunk";
}
