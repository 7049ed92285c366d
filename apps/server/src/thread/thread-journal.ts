/**
 * The log of one thread as its one writer uses it. Appends take effect in the order in which they were called; those
 * that come while one is in flight go together in the next. An event is folded into the state, and shown to readers,
 * only after it is committed.
 *
 * Readers are told in a later phase of the event loop than the caller: whoever answers a request after its append sends
 * the answer first and the events that it caused after it, which is the order upstream's clients know.
 */

import { setImmediate as nextPhase } from "node:timers/promises";
import { type CallRecord, type CommandReceipt, type Journal, OwnershipLost } from "@skein/core/ports";
import { evolve, type ThreadState } from "@skein/core/thread/evolve";
import type { NewThreadEvent, ThreadEvent } from "@skein/timeline/event";
import { deriveApprovals } from "@skein/timeline/project/derive-approvals";
import { deriveProjection } from "@skein/timeline/project/derive-projection";
import { dropSettledTurns } from "@skein/timeline/reduce/drop-settled";
import type { Timeline } from "@skein/timeline/reduce/timeline";
import { deriveThreadLines } from "../audit/derive-thread-lines.ts";
import { CommandRepeated, HeadMoved, LogUnusable, ThreadGone } from "../log/append.ts";
import type { EventLog } from "../log/event-log.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import type { OwnerKnowledge } from "./owner-snapshot.ts";

/** A thread as its owner has read it from the log. `timeline` holds every turn that has not ended and every open item. */
export interface OwnedThread {
  readonly thread: ThreadKey;
  readonly fence: bigint;
  readonly headSeq: number;
  readonly state: ThreadState;
  readonly timeline: Timeline;
  /** Where the snapshot is that is kept of the thread; 0: there is none. */
  readonly snapshotSeq: number;
}

export interface JournalReaders {
  committed(thread: ThreadKey, events: readonly ThreadEvent[]): void;
}

/** The lease under which the thread is written. */
export interface JournalLease {
  holds(): boolean;
  lost(): void;
}

interface Waiting {
  readonly events: readonly NewThreadEvent[];
  readonly receipts: readonly CommandReceipt[];
  readonly calls: readonly CallRecord[];
  /** Not together with others: one of those that it was sent with repeats a command. */
  readonly isAlone: boolean;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class ThreadJournal implements Journal {
  readonly thread: ThreadKey;
  readonly fence: bigint;
  readonly #log: Pick<EventLog, "append">;
  readonly #readers: JournalReaders;
  readonly #lease: JournalLease;
  #state: ThreadState;
  #timeline: Timeline;
  #headSeq: number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #lost: Error | null = null;

  constructor(owned: OwnedThread, log: Pick<EventLog, "append">, readers: JournalReaders, lease: JournalLease) {
    this.thread = owned.thread;
    this.fence = owned.fence;
    this.#state = owned.state;
    this.#timeline = owned.timeline;
    this.#headSeq = owned.headSeq;
    this.#log = log;
    this.#readers = readers;
    this.#lease = lease;
  }

  /** What the committed log says. */
  get state(): ThreadState {
    return this.#state;
  }

  get headSeq(): number {
    return this.#headSeq;
  }

  /** The state, and the turns and items that are open, folded up to `headSeq`. */
  get knowledge(): OwnerKnowledge {
    return { state: this.#state, timeline: this.#timeline };
  }

  append(
    events: readonly NewThreadEvent[],
    receipts: readonly CommandReceipt[] = [],
    calls: readonly CallRecord[] = [],
  ): Promise<void> {
    if (this.#lost !== null) return Promise.reject(this.#lost);
    if (events.length === 0) return Promise.resolve();
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ events, receipts, calls, isAlone: false, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Nothing more is written here, whoever asks for it. */
  giveUp(): void {
    this.#lost ??= new OwnershipLost("this node has let go of the thread");
  }

  /** Resolves when nothing is in flight any more, whatever became of it. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What one message, or one read of the model's stream, causes is appended together: a short turn takes two commits
    // instead of four. The wait is far shorter than a commit.
    await nextPhase();
    while (this.#waiting.length > 0) {
      const count = this.#waiting[0]?.isAlone ? 1 : this.#waiting.length;
      await this.#commit(this.#waiting.splice(0, count));
    }
    this.#running = null;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const failure = await this.#write(batch);
    if (failure === null) {
      for (const waiting of batch) waiting.resolve();
    } else if (failure instanceof CommandRepeated && batch.length > 1) {
      this.#waiting.unshift(...batch.map((waiting) => ({ ...waiting, isAlone: true })));
    } else {
      const dropped = this.#waiting.filter((waiting) => mayBuildOn(waiting, batch, failure));
      this.#waiting = this.#waiting.filter((waiting) => !dropped.includes(waiting));
      for (const waiting of [...batch, ...dropped]) waiting.reject(failure);
    }
  }

  /** null: the batch is committed, and counts. Otherwise why it is not. */
  async #write(batch: readonly Waiting[]): Promise<Error | null> {
    if (this.#lost !== null) return this.#lost;
    const events = batch.flatMap((waiting) => waiting.events);
    const receipts = batch.flatMap((waiting) => waiting.receipts);
    const calls = batch.flatMap((waiting) => waiting.calls);
    const placed = events.map((event, index): ThreadEvent => ({ ...event, seq: this.#headSeq + index + 1 }));
    const { threadId } = this.thread;
    try {
      // All of it is folded before it is written: the log gets nothing that this owner could not follow.
      const approvals = deriveApprovals(events, this.#state.openTurn?.actor ?? null);
      const audit = deriveThreadLines(this.#state, events);
      const projection = deriveProjection(this.#timeline, threadId, placed);
      const timeline = dropSettledTurns(projection.after);
      const state = placed.reduce(evolve, this.#state);
      const place = { threadId, fence: this.fence, expectedSeq: this.#headSeq };
      const mayWrite = () => this.#lease.holds();
      await this.#log.append({ ...place, events, projection, approvals, audit, receipts, calls, mayWrite });
      this.#timeline = timeline;
      this.#state = state;
      this.#headSeq += placed.length;
    } catch (reason) {
      const ends = [OwnershipLost, ThreadGone, HeadMoved, LogUnusable];
      if (reason instanceof Error && ends.some((type) => reason instanceof type)) this.#lose(reason);
      return reason instanceof Error ? reason : new Error(String(reason));
    }
    setImmediate(() => this.#readers.committed(this.thread, placed));
    return null;
  }

  /** The log goes on without this writer, or not at all: whoever loads the thread again reads what is there. */
  #lose(reason: Error): void {
    this.#lost = reason instanceof OwnershipLost ? reason : new OwnershipLost(reason.message, { cause: reason });
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#lost);
    this.#lease.lost();
  }
}

/**
 * What was asked for before anybody knew that `refused` is not in the log. A repeated command takes with it only what belongs to the
 * turn that it would have started.
 */
function mayBuildOn({ events }: Waiting, refused: readonly Waiting[], failure: Error): boolean {
  if (!(failure instanceof CommandRepeated)) return true;
  const started = refused.flatMap((waiting) => waiting.events.filter(({ type }) => type === "turn.started"));
  const turns = new Set(started.map((event) => ("turnId" in event ? event.turnId : null)));
  return events.some((event) => "turnId" in event && event.turnId !== null && turns.has(event.turnId));
}
