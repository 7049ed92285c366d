/**
 * A thread's events as an async iterator: every durable event once and in order, over any number of connections, or a
 * reset that says that some were skipped. What its reader has not taken yet is bounded: past the bound it stops
 * following, and goes on by its cursor when the reader has caught up.
 */
import type { FramedEvent, ResetReason, ThreadEvents } from "@skein/protocol/replay";
import type { Clock } from "../connection/clock.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { Follower, type Resumed } from "./follower.ts";

/**
 * `cursor`: what to hand to `events({ after })` to go on after this one; null where one cannot stop, because more of the
 * same frame follows.
 */
export type ThreadNews =
  | (FramedEvent & { readonly cursor: string | null })
  /** Events were skipped: what was known of the thread has to be read anew. Those that follow come after `cursor`. */
  | { readonly method: "skein/thread/reset"; readonly reason: ResetReason; readonly cursor: string };

export interface EventsOptions {
  /** A cursor; null or absent: from now on. */
  readonly after?: string | null | undefined;
  /** So many frames may wait for the reader, 256 when absent; a server bounds them in bytes. */
  readonly maxWaitingFrames?: number;
}

export interface EventStreamOptions extends EventsOptions {
  readonly threadId: string;
  readonly rpc: Pick<RpcClient, "request">;
  readonly clock: Pick<Clock, "after" | "random">;
  /** The stream wants no more frames for a while, or never again. */
  readonly onPaused: () => void;
}

type Reset = Extract<ThreadNews, { method: "skein/thread/reset" }>;

const defaultWaitingFrames = 256;

export class EventStream implements AsyncIterableIterator<ThreadNews> {
  readonly #options: EventStreamOptions;
  readonly #follower: Follower;
  #seq: number | null = null;
  #queue: (ThreadEvents | Reset)[] = [];
  /** Of the first of the queue, so many events are read. */
  #readEvents = 0;
  /** `behind`: the reader is to take what is there before anything more is asked for. */
  #state: "following" | "behind" | "ended" = "following";
  #error: Error | null = null;
  #isConnected = false;
  #reader: PromiseWithResolvers<void> | null = null;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#follower = new Follower(
      {
        ...{ threadId: options.threadId, rpc: options.rpc, clock: options.clock },
        seq: () => this.#seq,
        resumeParams: () => ({}),
        resuming: () => {},
        accept: (resumed) => this.#goOn(resumed),
        apply: (frame) => this.#apply(frame),
        failed: (error) => this.fail(error),
      },
      options.after ?? null,
    );
  }

  get isFollowing(): boolean {
    return this.#state === "following";
  }

  get isEnded(): boolean {
    return this.#state === "ended";
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Rejects when the thread cannot be followed. */
  async next(): Promise<IteratorResult<ThreadNews>> {
    for (;;) {
      const news = this.#take();
      if (news !== null) return { done: false, value: news };
      if (this.#error !== null) throw this.#error;
      if (this.#state === "ended") return { done: true, value: undefined };
      if (this.#state === "behind") this.#goOnFollowing();
      this.#reader ??= Promise.withResolvers<void>();
      await this.#reader.promise;
    }
  }

  async return(): Promise<IteratorResult<ThreadNews>> {
    this.#queue = [];
    this.end();
    return { done: true, value: undefined };
  }

  connected(): void {
    this.#isConnected = true;
    if (this.#state === "following") this.#follower.connected();
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#follower.disconnected();
  }

  receiveFrame(frame: ThreadEvents): void {
    if (this.#state === "following") this.#follower.receiveFrame(frame);
  }

  /** The server cannot go on by itself. */
  resume(): void {
    if (this.#state === "following") this.#follower.resume();
  }

  /** Nothing more comes; what is there may be read. */
  end(): void {
    if (this.#state === "ended") return;
    this.#pause("ended");
    this.#wakeReader();
  }

  fail(error: Error): void {
    this.#error = error;
    this.end();
  }

  #take(): ThreadNews | null {
    for (;;) {
      const [first] = this.#queue;
      if (first === undefined) return null;
      if ("method" in first) {
        this.#queue.shift();
        return first;
      }
      const event = first.events[this.#readEvents];
      this.#readEvents += 1;
      const isLast = this.#readEvents >= first.events.length;
      if (isLast) {
        this.#queue.shift();
        this.#readEvents = 0;
      }
      if (event !== undefined) return { ...event, cursor: isLast ? first.cursor : null };
    }
  }

  /** Who gave no cursor wants to begin now, and has missed nothing. */
  #goOn({ replay }: Resumed): void {
    const isBeginning = (this.#options.after ?? null) === null && this.#seq === null;
    this.#seq = replay.from;
    if (replay.verdict === "continue" || isBeginning) return;
    this.#push({ method: "skein/thread/reset", reason: replay.reason, cursor: replay.cursor });
  }

  #apply(frame: ThreadEvents): void {
    const seq = this.#seq ?? frame.from;
    this.#seq = frame.to;
    const events = frame.events.filter((event) => event.seq > seq);
    if (events.length > 0) this.#push({ ...frame, events });
  }

  #push(news: ThreadEvents | Reset): void {
    this.#queue.push(news);
    const { maxWaitingFrames = defaultWaitingFrames } = this.#options;
    if (this.#queue.length >= maxWaitingFrames) this.#pause("behind");
    this.#wakeReader();
  }

  /** As if the connection had gone: the cursor stays. */
  #pause(state: "behind" | "ended"): void {
    this.#state = state;
    this.#follower.disconnected();
    this.#options.onPaused();
  }

  #goOnFollowing(): void {
    this.#state = "following";
    if (this.#isConnected) this.#follower.connected();
  }

  #wakeReader(): void {
    this.#reader?.resolve();
    this.#reader = null;
  }
}
