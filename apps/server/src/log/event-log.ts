/**
 * The one writer of events to the database: group commit without a timer. One transaction is in flight at a time; whatever is waiting
 * when it returns goes into the next, many threads together, so that under load the batches grow by themselves and an idle server
 * adds no delay. A thread has at most one append under way, which keeps its order and makes a lost reply decidable. A thread whose row
 * somebody has locked is tried again by itself; nobody waits for it.
 */
import { setTimeout as delay } from "node:timers/promises";
import { OwnershipLost } from "@skein/core/ports";
import { classifyFailure, type DatabaseFailure } from "../database/database-failure.ts";
import type { Sql } from "../database/pools.ts";
import {
  type Append,
  type AppendedRange,
  AppendRefused,
  CommandRepeated,
  HeadMoved,
  LogClosed,
  LogUnusable,
  ThreadGone,
} from "./append.ts";
import { decideNext } from "./decide-next.ts";
import { decideOutcome, type Outcome, type Reply } from "./decide-outcome.ts";
import { type EncodedAppend, encodeAppend, encodeBatch } from "./encode-append.ts";

interface Waiting {
  readonly append: Append;
  readonly encoded: EncodedAppend;
  readonly resolve: (range: AppendedRange) => void;
  readonly reject: (reason: Error) => void;
  /** An attempt was sent whose reply never came. */
  ambiguous: boolean;
  /** That failed. */
  attempts: number;
  /** Attempts that found the thread's row locked. */
  lockedOut: number;
}

/** One transaction, for metrics, and what it wrote. */
export interface GroupCommit {
  readonly threads: number;
  readonly events: number;
  readonly durationMs: number;
}

export interface EventLogOptions {
  /** A batch closes above this size; an append that is larger goes alone. */
  readonly maxBatchBytes?: number;
  readonly onCommit?: (commit: GroupCommit) => void;
  /** A transaction has failed; what it held is tried again or refused. */
  readonly onFailure?: (failure: DatabaseFailure, error: Error) => void;
}

const defaultMaxBatchBytes = 2 * 1024 * 1024;
const firstRetryMs = 20;
const maxRetryMs = 500;
const firstLockedMs = 2;
const maxLockedMs = 100;

export class EventLog {
  readonly #sql: Sql;
  readonly #maxBatchBytes: number;
  readonly #onCommit: (commit: GroupCommit) => void;
  readonly #onFailure: (failure: DatabaseFailure, error: Error) => void;
  readonly #closing = new AbortController();
  #waiting: Waiting[] = [];
  /** Threads with an append under way, or with one whose row was locked: what they append next waits behind it. */
  readonly #busy = new Set<string>();
  readonly #lockedOut = new Set<Promise<void>>();
  #running: Promise<void> | null = null;

  /** `sql`: a pool of the role `skein_log`. */
  constructor(sql: Sql, options: EventLogOptions = {}) {
    this.#sql = sql;
    this.#maxBatchBytes = options.maxBatchBytes ?? defaultMaxBatchBytes;
    this.#onCommit = options.onCommit ?? (() => {});
    this.#onFailure = options.onFailure ?? (() => {});
  }

  /**
   * Resolves after the commit. Rejects with `OwnershipLost` (another node owns the thread, stop), `ThreadGone`, `HeadMoved` (read on,
   * then append again), `CommandRepeated`, `AppendRefused`, a `TypeError` (what was given cannot be stored) or `LogUnusable`. While
   * the database is away it waits: the end of the caller's lease is the caller's to watch.
   */
  append(append: Append): Promise<AppendedRange> {
    return new Promise((resolve, reject) => {
      if (this.#closing.signal.aborted) throw new LogClosed("the log is closed");
      this.#waiting.push({
        append,
        encoded: encodeAppend(append),
        resolve,
        reject,
        ambiguous: false,
        attempts: 0,
        lockedOut: 0,
      });
      this.#running ??= this.#run();
    });
  }

  /** Waits for what is in flight, and refuses what comes after. While the database is away, what waits rejects with `LogClosed`. */
  async close(): Promise<void> {
    this.#closing.abort();
    while (this.#running !== null || this.#lockedOut.size > 0) await Promise.all([this.#running, ...this.#lockedOut]);
  }

  async #run(): Promise<void> {
    // Calls made in the same turn of the event loop share one batch.
    await Promise.resolve();
    let retryMs = firstRetryMs;
    for (let batch = this.#takeBatch(); batch.length > 0; batch = this.#takeBatch()) {
      const undecided = await this.#commit(batch);
      this.#waiting.unshift(...undecided);
      for (const { append } of undecided) this.#busy.delete(append.threadId);
      if (undecided.length < batch.length) retryMs = firstRetryMs;
      if (undecided.length === 0) continue;
      if (!(await this.#pause(retryMs))) this.#rejectWaiting("the database was away");
      retryMs = Math.min(retryMs * 2, maxRetryMs);
    }
    this.#running = null;
  }

  #takeBatch(): readonly Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    let size = 0;
    for (const waiting of this.#waiting) {
      if (!mayBeSent(waiting)) continue;
      const full = batch.length > 0 && size + waiting.encoded.size > this.#maxBatchBytes;
      if (full || this.#busy.has(waiting.append.threadId)) {
        left.push(waiting);
      } else {
        this.#busy.add(waiting.append.threadId);
        batch.push(waiting);
        size += waiting.encoded.size;
      }
    }
    this.#waiting = left;
    return batch;
  }

  /** Gives those that a failure of the database leaves to be sent again. Those that found their row locked come back by themselves. */
  async #commit(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    let replies: readonly Reply[];
    try {
      replies = await this.#send(batch);
    } catch (error) {
      return this.#failed(batch, error as Error);
    }
    for (const [index, waiting] of batch.entries()) {
      if (settle(waiting, replies[index])) this.#busy.delete(waiting.append.threadId);
      else this.#comeBack(waiting);
    }
    return [];
  }

  /** The thread stays busy until its row is tried again, so that nothing overtakes this. */
  #comeBack(waiting: Waiting): void {
    const pauseMs = Math.min(firstLockedMs * 2 ** waiting.lockedOut, maxLockedMs);
    waiting.lockedOut += 1;
    const coming = this.#pause(pauseMs).then((goesOn) => {
      this.#lockedOut.delete(coming);
      this.#busy.delete(waiting.append.threadId);
      this.#waiting.unshift(waiting);
      if (!goesOn) this.#rejectWaiting("somebody had locked the row of a thread");
      this.#running ??= this.#run();
    });
    this.#lockedOut.add(coming);
  }

  async #failed(batch: readonly Waiting[], error: Error): Promise<readonly Waiting[]> {
    const failure = classifyFailure(error);
    this.#onFailure(failure, error);
    if (failure.type === "unavailable" && failure.ambiguous) for (const waiting of batch) waiting.ambiguous = true;
    for (const waiting of batch) waiting.attempts += 1;
    const attempts = Math.max(...batch.map((waiting) => waiting.attempts));
    switch (decideNext(failure, { threads: batch.length, attempts })) {
      case "again":
        return batch;
      case "alone": {
        const undecided: Waiting[] = [];
        for (const waiting of batch) {
          // The attempts before this one may have taken long.
          if (mayBeSent(waiting)) undecided.push(...(await this.#commit([waiting])));
          else this.#busy.delete(waiting.append.threadId);
        }
        return undecided;
      }
      case "refuse":
        return this.#reject(batch, ({ ambiguous }) => (ambiguous ? unknown(error) : refusal(error)));
      case "giveUp":
        return this.#reject(
          batch,
          () => new LogUnusable(`the database cannot be used: ${error.message}`, { cause: error }),
        );
    }
  }

  #reject(batch: readonly Waiting[], reasonOf: (waiting: Waiting) => Error): readonly [] {
    for (const waiting of batch) {
      this.#busy.delete(waiting.append.threadId);
      waiting.reject(reasonOf(waiting));
    }
    return [];
  }

  #rejectWaiting(why: string): void {
    for (const { reject } of this.#waiting) reject(new LogClosed(`the log was closed while ${why}`));
    this.#waiting = [];
  }

  async #send(batch: readonly Waiting[]): Promise<readonly Reply[]> {
    const { entries, events, turns, items, commands, blobs, approvals, audit, calls } = encodeBatch(
      batch.map(({ encoded }) => encoded),
    );
    const startedAt = performance.now();
    // Few appends have any, and the functions that take them cost a little more.
    const withApprovals = approvals === "" ? this.#sql`` : this.#sql`, ${approvals}`;
    const withAudit = audit === "" ? withApprovals : this.#sql`, ${approvals}, ${audit}`;
    const more = calls === "" ? withAudit : this.#sql`, ${approvals}, ${audit}, ${calls}`;
    const rows = await this.#sql<
      { entry: number; appended: boolean; head_seq: bigint; fence: bigint; owned: boolean }[]
    >`
      select * from append_events(${entries}, ${events}, ${turns}, ${items}, ${commands}, ${blobs}${more})`;
    const replies: Reply[] = [];
    for (const { entry, appended, head_seq, fence, owned } of rows) {
      replies[entry] = { appended, headSeq: head_seq === null ? null : Number(head_seq), fence, owned };
    }
    const appended = batch.filter((_, index) => replies[index]?.appended);
    this.#onCommit({
      threads: appended.length,
      events: appended.reduce((sum, { append }) => sum + append.events.length, 0),
      durationMs: performance.now() - startedAt,
    });
    return replies;
  }

  /** False: the log is being closed. */
  #pause(ms: number): Promise<boolean> {
    return delay(ms, true, { signal: this.#closing.signal }).catch(() => false);
  }
}

/** False: the lease is not proved, and the append was refused. An earlier attempt perhaps got there; the next owner reads what did. */
function mayBeSent({ append: { threadId, mayWrite }, reject }: Waiting): boolean {
  if (mayWrite?.() !== false) return true;
  reject(new OwnershipLost(`the lease of the thread ${threadId} was not renewed in time`));
  return false;
}

/** False: undecided, to be sent again. */
function settle({ append, resolve, reject, ambiguous }: Waiting, reply: Reply | undefined): boolean {
  const outcome: Outcome = reply === undefined ? { type: "again" } : decideOutcome(append, reply, ambiguous);
  switch (outcome.type) {
    case "committed":
      resolve({ from: append.expectedSeq + 1, to: append.expectedSeq + append.events.length });
      return true;
    case "ownershipLost":
      reject(new OwnershipLost(`another node owns the thread ${append.threadId}`));
      return true;
    case "gone":
      reject(new ThreadGone(`the thread ${append.threadId} was deleted`));
      return true;
    case "headMoved":
      reject(new HeadMoved(outcome.headSeq));
      return true;
    case "again":
      return false;
  }
}

/** An attempt whose reply was lost may have been committed, and the one that would have told was refused. */
function unknown(error: Error): Error {
  return new OwnershipLost("whether the append was stored is not known", { cause: error });
}

function refusal(error: Error & { constraint_name?: string }): Error {
  const repeated = error.constraint_name?.startsWith("thread_commands_") === true;
  return repeated
    ? new CommandRepeated("a command with this key was carried out before", { cause: error })
    : new AppendRefused(`the database refuses the append: ${error.message}`, { cause: error });
}
