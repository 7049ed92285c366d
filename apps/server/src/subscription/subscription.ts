/**
 * One connection's interest in one thread. A subscription is a cursor, not a queue: it knows the seq up to which its
 * client has been sent everything, and takes what lies beyond from the log until it meets the live events.
 *
 * States: `held` (nothing is sent: a page is being read for this client, or it has not started yet), `catchingUp`
 * (pages of the log are being sent), `live` (what the channel publishes is sent at once). Between the last page and
 * the first live event there is no await, so nothing can slip through.
 */
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ThreadEvent } from "@skein/timeline/event";
import type { ApprovalServerRequest } from "@skein/timeline/present/approval";
import { type Encoding, encodeRange } from "./encode.ts";

/** Whoever follows a thread: a connection. */
export interface Follower {
  sendFrames(frames: readonly Buffer[]): void;
  /** Asks the client to decide an approval, unless it has been asked already. */
  ask(threadId: string, approvalId: string, request: ApprovalServerRequest): void;
  /** The request with this id has been decided, by whomever. */
  settle(requestId: RequestId): void;
}

/** A part of the log: surviving events, oldest first, complete up to `through`; `head` is where the log ended. */
export interface LogPage {
  readonly events: readonly ThreadEvent[];
  readonly through: number;
  readonly head: number;
}

export interface EventSource {
  readAfter(afterSeq: number, limit: number): Promise<LogPage>;
}

/** How far the thread's channel knows the log to reach. */
export interface LivePosition {
  readonly publishedSeq: number;
}

const pageEvents = 500;

export class Subscription {
  readonly threadId: string;
  readonly encoding: Encoding;
  readonly follower: Follower;
  readonly #source: EventSource;
  readonly #live: LivePosition;
  #state: "held" | "catchingUp" | "live" | "ended" = "held";
  #position = 0;
  /** Counts `start`, `hold` and `end`, so that a page read for an earlier state is thrown away. */
  #generation = 0;

  constructor(threadId: string, encoding: Encoding, follower: Follower, source: EventSource, live: LivePosition) {
    this.threadId = threadId;
    this.encoding = encoding;
    this.follower = follower;
    this.#source = source;
    this.#live = live;
  }

  get isLive(): boolean {
    return this.#state === "live";
  }

  /** Sends everything after `seq`: first from the log, then live. Rejects when the log cannot be read. */
  async start(seq: number): Promise<void> {
    this.#position = seq;
    await this.#catchUp();
  }

  /** Sends nothing until `resume`, so that an answer with an `asOf` can go out in its place. */
  hold(): void {
    if (this.#state === "ended") return;
    this.#state = "held";
    this.#generation += 1;
  }

  async resume(): Promise<void> {
    if (this.#state === "held") await this.#catchUp();
  }

  end(): void {
    this.#state = "ended";
    this.#generation += 1;
  }

  /** Live events; `shared` gives the bytes that all subscribers of this encoding share. */
  deliver(events: readonly ThreadEvent[], shared: () => readonly Buffer[]): void {
    if (this.#state !== "live") return;
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined || last.seq <= this.#position) return;
    if (first.seq > this.#position) this.follower.sendFrames(shared());
    else
      this.#send(
        events.filter((event) => event.seq > this.#position),
        last.seq,
        true,
      );
    this.#position = last.seq;
  }

  async #catchUp(): Promise<void> {
    if (this.#state === "ended") return;
    this.#state = "catchingUp";
    this.#generation += 1;
    const generation = this.#generation;
    while (this.#isBehind()) {
      const page = await this.#source.readAfter(this.#position, pageEvents);
      if (generation !== this.#generation) return;
      this.#send(page.events, page.through, page.through === page.head);
      this.#position = Math.max(this.#position, page.through);
    }
    this.#state = "live";
  }

  #isBehind(): boolean {
    return this.#position < this.#live.publishedSeq;
  }

  #send(events: readonly ThreadEvent[], to: number, upToDate: boolean): void {
    const range = { from: this.#position, to, events, upToDate };
    this.follower.sendFrames(encodeRange(this.threadId, range, this.encoding));
  }
}
