/**
 * Watches whether the database can be worked with: it listens to what fails and what is stored, and asks by itself, so that
 * an idle node notices too. Whoever waits for the database waits through here, and not for ever.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type DatabaseFailure, findDatabaseFailure, type UnavailableReason } from "./database-failure.ts";
import { type AvailabilitySignal, type DatabaseStatus, evolveAvailability } from "./evolve-availability.ts";

export interface AvailabilityOptions {
  /** Asks the database whether it takes writes; rejects when it does not answer. */
  readonly ask: () => Promise<{ readonly readOnly: boolean }>;
  /** A connection to a server that takes no writes has to go, because the one that does may be another. */
  readonly dropConnections: () => void;
  readonly askEveryMs?: number;
  readonly maxAnswerMs?: number;
  /** How long a piece of work waits for the database to come back. */
  readonly maxWaitMs?: number;
}

/** The database is away. What was waited for was not undone and may still be carried out when it is back. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
  readonly reason: UnavailableReason;
  constructor(reason: UnavailableReason) {
    super(`the database is unavailable: ${reason}`);
    this.reason = reason;
  }
}

interface Waiting {
  readonly reject: (reason: DatabaseUnavailable) => void;
  timer: NodeJS.Timeout | null;
}

export class Availability {
  readonly #options: Required<AvailabilityOptions>;
  readonly #listeners = new Set<(status: DatabaseStatus) => void>();
  readonly #waiting = new Set<Waiting>();
  readonly #stopping = new AbortController();
  #status: DatabaseStatus = { state: "available" };

  constructor(options: AvailabilityOptions) {
    this.#options = { askEveryMs: 1_000, maxAnswerMs: 3_000, maxWaitMs: 5_000, ...options };
    void this.#watch();
  }

  get status(): DatabaseStatus {
    return this.#status;
  }

  /** Calls the listener at every change of the state or its reason. */
  onChange(listener: (status: DatabaseStatus) => void): void {
    this.#listeners.add(listener);
  }

  failed(failure: DatabaseFailure): void {
    if (failure.type === "data" || failure.type === "conflict") return;
    this.#signal({ type: "failed", reason: failure.reason });
    if (failure.reason === "readOnly") this.#options.dropConnections();
  }

  stored(): void {
    if (this.#status.state === "unavailable") this.#signal({ type: "stored" });
  }

  /** As `work` settles; but rejects with `DatabaseUnavailable` when meanwhile the database has been away for too long. */
  async bounded<T>(work: T | Promise<T>): Promise<T> {
    const given = Promise.withResolvers<never>();
    const waiting: Waiting = { reject: given.reject, timer: null };
    this.#waiting.add(waiting);
    if (this.#status.state === "unavailable") this.#arm(waiting);
    try {
      return await Promise.race([work, given.promise]);
    } finally {
      this.#waiting.delete(waiting);
      this.#disarm(waiting);
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#ask();
      await delay(this.#options.askEveryMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** One question at a time; one that is not answered in time counts as failed before it is answered or given up. */
  async #ask(): Promise<void> {
    const late = setTimeout(() => this.#signal({ type: "failed", reason: "unreachable" }), this.#options.maxAnswerMs);
    late.unref();
    try {
      const { readOnly } = await this.#options.ask();
      clearTimeout(late);
      this.#signal({ type: "answered", readOnly });
      if (readOnly) this.#options.dropConnections();
    } catch (error) {
      this.failed(findDatabaseFailure(error) ?? { type: "fatal", reason: "unusable" });
    } finally {
      clearTimeout(late);
    }
  }

  #signal(signal: AvailabilitySignal): void {
    if (this.#stopping.signal.aborted) return;
    const before = this.#status;
    this.#status = evolveAvailability(before, signal, performance.now());
    if (reasonOf(before) === reasonOf(this.#status)) return;
    if (before.state === "available") for (const waiting of this.#waiting) this.#arm(waiting);
    if (this.#status.state === "available") for (const waiting of this.#waiting) this.#disarm(waiting);
    for (const listener of this.#listeners) listener(this.#status);
  }

  #arm(waiting: Waiting): void {
    waiting.timer = setTimeout(() => {
      if (this.#status.state === "unavailable") waiting.reject(new DatabaseUnavailable(this.#status.reason));
    }, this.#options.maxWaitMs);
  }

  #disarm(waiting: Waiting): void {
    if (waiting.timer !== null) clearTimeout(waiting.timer);
    waiting.timer = null;
  }
}

function reasonOf(status: DatabaseStatus): UnavailableReason | null {
  return status.state === "unavailable" ? status.reason : null;
}
