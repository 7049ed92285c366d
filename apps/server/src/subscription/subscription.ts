/**
 * One connection's interest in one thread. A subscription is a cursor, not a queue: it knows the seq up to which its
 * client has been sent everything, and takes what lies beyond from the channel's ring or, further back, from the log.
 * So a client that does not read costs no memory, and loses nothing.
 *
 * States: `held` (nothing is sent: a page is being read for this client, or it has not started yet), `live` (it is sent
 * what is published), `reading` (the next page of the log is on its way), `stalled` (the client's socket is full),
 * `failed` (the log could not be read; it is tried again), `silent` (the client was told to resume), `ended`.
 */
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ResetReason } from "@skein/protocol/replay";
import {
  type ApprovalServerRequest,
  presentApprovalServerRequest,
  requestIdOf,
} from "@skein/timeline/present/approval";
import type { ApprovalEvent, Frame } from "./build-frames.ts";
import { isTooFarBehind } from "./decide-replay.ts";
import { type Encoding, encodeNotification } from "./encode.ts";
import type { Follower } from "./follower.ts";

/** What the subscriptions of a thread share. */
export interface Stream {
  readonly threadId: string;
  /** Everything up to here has been published. */
  readonly publishedSeq: number;
  /** Why nothing more comes of this stream, though the thread goes on; null: it comes. */
  readonly over: ResetReason | null;
  /** From what was published lately; null: that does not reach back so far. */
  recentAfter(seq: number, encoding: Encoding): readonly Frame[] | null;
  /** A page of the log. null: the thread is gone, or its log is another one. Rejects when the log cannot be read. */
  readAfter(seq: number, encoding: Encoding): Promise<readonly Frame[] | null>;
  /** Bytes that `readAfter` would have to read to come to the end. */
  sizeAfter(seq: number): Promise<number>;
  report(problem: string, reason: unknown): void;
}

type State = "held" | "live" | "reading" | "stalled" | "failed" | "silent" | "ended";

export class Subscription {
  readonly encoding: Encoding;
  readonly follower: Follower;
  readonly #stream: Stream;
  #state: State = "held";
  #position = 0;
  /** Counts changes from outside, so that what was read for an earlier state is thrown away. */
  #generation = 0;
  /** To be asked when the client has seen all there is. */
  readonly #unasked = new Map<RequestId, ApprovalServerRequest>();
  /** Why it has to be reset, found out while it was held. */
  #toReset: ResetReason | null = null;

  constructor(stream: Stream, encoding: Encoding, follower: Follower) {
    this.#stream = stream;
    this.encoding = encoding;
    this.follower = follower;
  }

  get threadId(): string {
    return this.#stream.threadId;
  }

  get isLive(): boolean {
    return this.#state === "live";
  }

  /** Whoever goes on needs another one. */
  get isOver(): boolean {
    return this.#stream.over !== null;
  }

  /** Whether it is on its way to something that has been published already. */
  get isBehind(): boolean {
    const isOnItsWay = this.#state === "live" || this.#state === "reading" || this.#state === "stalled";
    return isOnItsWay && this.#position < this.#stream.publishedSeq;
  }

  /** Says, whenever asked, whether all that is published now has been sent, or will not be for now. */
  untilPublished(): () => boolean {
    const { publishedSeq } = this.#stream;
    return () => this.#position >= publishedSeq || !this.isBehind;
  }

  /** Sends everything after `seq`. */
  start(seq: number): void {
    if (this.#state === "ended") return;
    this.#position = seq;
    this.#unasked.clear();
    this.#toReset = null;
    this.#change("live");
    const { over } = this.#stream;
    if (over === null) this.advance();
    else this.reset(over);
  }

  /** Sends nothing until `resume`, so that an answer with an `asOf` can go out in its place. */
  hold(): void {
    if (this.#state === "ended") return;
    this.#change("held");
    this.follower.advanced();
  }

  resume(): void {
    if (this.#state !== "held") return;
    const reason = this.#toReset;
    this.#change("live");
    if (reason === null) this.advance();
    else this.reset(reason);
  }

  /** Approvals that wait, of which the client may have been told long ago: it is asked when it has been sent all there is. */
  remind(requests: readonly ApprovalServerRequest[]): void {
    for (const request of requests) this.#unasked.set(request.id, request);
    this.advance();
  }

  /** The client's socket has room again, or the database may be back. */
  goOn(): void {
    if (this.#state !== "stalled" && this.#state !== "failed") return;
    if (this.encoding.replay && this.#stream.recentAfter(this.#position, this.encoding) === null) {
      void this.#goOnOrReset();
      return;
    }
    this.#change("live");
    this.advance();
  }

  end(): void {
    this.#change("ended");
    this.follower.advanced();
  }

  /** Tells the client that what it holds is not continued. A plain client has no cursor: for it the thread is closed. */
  reset(reason: ResetReason): void {
    if (this.#state === "ended" || this.#state === "silent") return;
    this.#toReset = reason;
    if (this.#state === "held") return;
    this.#change("silent");
    const { threadId } = this;
    if (this.encoding.replay) {
      this.follower.send([encodeNotification("skein/thread/reset", { threadId, reason }, Date.now())]);
    } else {
      this.follower.send([encodeNotification("thread/closed", { threadId }, Date.now())]);
      this.follower.unfollow(threadId);
    }
    this.follower.advanced();
  }

  /** Sends what has been published since, as far as the client takes it. */
  advance(): void {
    while (this.#state === "live" && this.#position < this.#stream.publishedSeq) {
      const frames = this.#stream.recentAfter(this.#position, this.encoding);
      if (frames === null) {
        void this.#read();
        return;
      }
      this.#send(frames);
    }
    if (this.#state === "live") this.#ask();
  }

  async #read(): Promise<void> {
    this.#change("reading");
    const generation = this.#generation;
    const before = this.#position;
    try {
      const frames = await this.#stream.readAfter(before, this.encoding);
      if (generation !== this.#generation) return;
      this.#change("live");
      this.#send(frames ?? []);
      // A log that has gone, or ends before what was published, is the head check's to judge.
      if (this.#state === "live" && this.#position === before) this.#fail();
      this.advance();
    } catch (reason) {
      if (generation === this.#generation) this.#fail();
      this.#stream.report("the log could not be read for a subscription", reason);
    }
  }

  /** After a pause: a client with a cursor reloads when that is faster than what it has missed. */
  async #goOnOrReset(): Promise<void> {
    this.#change("reading");
    const generation = this.#generation;
    try {
      const events = this.#stream.publishedSeq - this.#position;
      const bytes = await this.#stream.sizeAfter(this.#position);
      if (generation !== this.#generation) return;
      if (isTooFarBehind({ events, bytes })) return this.reset("tooFarBehind");
      this.#change("live");
      this.advance();
    } catch (reason) {
      if (generation === this.#generation) this.#fail();
      this.#stream.report("the log could not be read for a subscription", reason);
    }
  }

  #send(frames: readonly Frame[]): void {
    for (const { to, messages, approvals } of frames) {
      if (this.#state !== "live") return;
      if (this.follower.isFull) {
        this.#change("stalled");
        return;
      }
      this.#position = to;
      this.follower.send(messages);
      for (const approval of approvals) this.#noteApproval(approval);
      this.follower.advanced();
    }
  }

  #noteApproval(event: ApprovalEvent): void {
    if (event.type === "approval.requested") {
      const request = presentApprovalServerRequest(this.threadId, event);
      this.#unasked.set(request.id, request);
    } else {
      const requestId = requestIdOf(event.approvalId);
      this.#unasked.delete(requestId);
      this.follower.settle(requestId);
    }
  }

  #ask(): void {
    if (this.#unasked.size === 0) return;
    const due = [...this.#unasked.values()];
    this.#unasked.clear();
    for (const request of due) this.follower.ask(this.threadId, request);
  }

  #fail(): void {
    this.#change("failed");
    this.follower.advanced();
  }

  #change(state: State): void {
    this.#state = state;
    this.#generation += 1;
  }
}
