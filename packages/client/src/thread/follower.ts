/**
 * Follows one thread over any number of connections, without a hole: resumes by the cursor of the last frame that was
 * applied, tells frames that fit from gaps, and heals these by resuming.
 *
 * While `thread/resume` is under way, everything else that arrives waits in the inbox: its answer is a promise and may
 * be seen after frames that the server sent behind it. Each resume has a number; an answer to an earlier one is dropped.
 */
import type { ParamsInput, ResultOf } from "@skein/protocol/methods";
import type { ReplayResult, ThreadEvents } from "@skein/protocol/replay";
import { backoffMs } from "../connection/backoff.ts";
import type { Clock } from "../connection/clock.ts";
import { NotConnected } from "../connection/not-connected.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { ConnectionLost, RpcError } from "../rpc/rpc-error.ts";

export type Resumed = ResultOf<"thread/resume"> & { readonly replay: ReplayResult };

/** Whoever makes something of a thread's events. */
export interface FollowerPorts {
  readonly threadId: string;
  readonly rpc: Pick<RpcClient, "request">;
  readonly clock: Pick<Clock, "after" | "random">;
  /** The seq up to which everything is applied; null before the first answer. */
  seq(): number | null;
  /** Beside the cursor. */
  resumeParams(cursor: string | null): Partial<ParamsInput<"thread/resume">>;
  resuming(): void;
  /** Takes the answer in. */
  accept(resumed: Resumed): void;
  /** A frame that begins at or before `seq`, and ends after it. */
  apply(frame: ThreadEvents): void;
  failed(error: Error): void;
}

/** How often in a row a range may miss its mark before the person is told. */
const maxGapsInARow = 5;

export class Follower {
  readonly #ports: FollowerPorts;
  #cursor: string | null;
  #resumeNumber = 0;
  #isConnected = false;
  #isResuming = false;
  #inbox: (() => void)[] = [];
  #gapsInARow = 0;
  #putOffInARow = 0;
  #cancelRetry: (() => void) | null = null;

  /** `cursor`: to go on from one that was kept. */
  constructor(ports: FollowerPorts, cursor: string | null = null) {
    this.#ports = ports;
    this.#cursor = cursor;
  }

  /** Of the last frame that was applied, or of the last verdict. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** A connection is there, a first one or another. */
  connected(): void {
    this.#isConnected = true;
    void this.#resume();
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#cancelRetry?.();
    this.#resumeNumber += 1;
    this.#isResuming = false;
    this.#inbox = [];
  }

  /** Asks the server where things stand, e.g. because it said that it cannot go on. */
  resume(): void {
    if (this.#isConnected) void this.#resume();
  }

  receiveFrame(frame: ThreadEvents): void {
    this.take(() => this.#judge(frame));
  }

  /** Does something in its place among what arrives. */
  take(work: () => void): void {
    if (this.#isResuming) this.#inbox.push(work);
    else work();
  }

  async #resume(): Promise<void> {
    this.#cancelRetry?.();
    this.#resumeNumber += 1;
    const number = this.#resumeNumber;
    this.#isResuming = true;
    this.#ports.resuming();
    try {
      const resumed = await this.#ask();
      if (number === this.#resumeNumber) this.#goOn(resumed);
    } catch (error) {
      if (number === this.#resumeNumber) this.#resumeFailed(error as Error);
    }
  }

  /** An answer that was asked for without a cursor brings all that it takes to begin anew, as of one moment. */
  async #ask(): Promise<Resumed> {
    // A cursor that led to a gap twice in a row leads nowhere.
    const cursor = this.#gapsInARow < 2 ? this.#cursor : null;
    const first = await this.#request(cursor);
    const { replay } = first;
    if (cursor === null || replay.verdict === "continue") return first;
    const anew = await this.#request(null);
    return { ...anew, replay: { ...anew.replay, verdict: "reset", reason: replay.reason } };
  }

  async #request(cursor: string | null): Promise<Resumed> {
    const { rpc, threadId } = this.#ports;
    const resumed = await rpc.request("thread/resume", {
      ...{ threadId, excludeTurns: true, replay: { cursor } },
      ...this.#ports.resumeParams(cursor),
    });
    const { replay } = resumed;
    if (replay === undefined) throw new Error("the server did not answer with a replay verdict");
    return { ...resumed, replay };
  }

  #goOn(resumed: Resumed): void {
    this.#cursor = resumed.replay.cursor;
    this.#putOffInARow = 0;
    this.#ports.accept(resumed);
    this.#isResuming = false;
    while (!this.#isResuming && this.#inbox.length > 0) this.#inbox.shift()?.();
  }

  /** A lost connection is no failure: the next one resumes again. Nor is a server that asks to be asked later. */
  #resumeFailed(error: Error): void {
    this.#isResuming = false;
    this.#inbox = [];
    if (error instanceof ConnectionLost || error instanceof NotConnected) return;
    if (error instanceof RpcError && error.retry === "later") this.#resumeLater();
    else this.#ports.failed(error);
  }

  #resumeLater(): void {
    const { clock } = this.#ports;
    this.#putOffInARow += 1;
    this.#cancelRetry = clock.after(Math.max(1, backoffMs(this.#putOffInARow, clock.random())), () => this.resume());
  }

  #judge(frame: ThreadEvents): void {
    const seq = this.#ports.seq();
    if (seq === null) return;
    if (frame.from > seq) {
      this.#healGap(seq, frame);
      return;
    }
    this.#gapsInARow = 0;
    if (frame.to < seq) return;
    this.#ports.apply(frame);
    this.#cursor = frame.cursor;
  }

  #healGap(seq: number, frame: ThreadEvents): void {
    this.#gapsInARow += 1;
    if (this.#gapsInARow <= maxGapsInARow) {
      void this.#resume();
      return;
    }
    const gap = `events ${seq + 1} to ${frame.from} never came, after ${maxGapsInARow} attempts`;
    this.#ports.failed(new Error(gap));
  }
}
