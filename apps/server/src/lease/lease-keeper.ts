/**
 * Keeps the leases of the threads that this node holds, and knows until when they are proved. It renews them at a third
 * of their length; a thread that was not renewed is given up before its lease ends, by this machine's monotonic clock, so
 * that no two nodes ever run it. A process that was stopped and goes on finds nothing proved until it has asked again.
 */
import { type HeldLease, type LeaseTerms, type Renewal, renewLeases } from "./leases.ts";

export interface LeaseHolder {
  held(): readonly HeldLease[];
  /** The threads are no longer this node's to write. */
  lost(threadIds: readonly string[]): void;
  /** What runs for the thread may go on for so long, counted from now. */
  renewed(threadId: string, validForMs: number): void;
}

/** Of a lease's length, kept as a margin for stopping what runs. */
const marginShare = 0.2;
/** How often in a lease's length is looked for leases that have not been renewed. */
const looksPerLease = 20;
/** For the row of a thread in the middle of an append. A fork holds it longer, and is not waited for. */
const lockWaitMs = 100;

export class LeaseKeeper {
  readonly #terms: LeaseTerms;
  readonly #holder: LeaseHolder;
  readonly #timers: readonly NodeJS.Timeout[];
  /** Monotonic ms at which the claim or the renewal began that succeeded last, by thread. */
  readonly #provedAt = new Map<string, number>();
  /** Their rows were held by somebody when they were to be renewed. */
  #locked: ReadonlySet<string> = new Set();
  /** All of them are to be renewed, at the next look where that cannot be at once. */
  #isDue = false;
  #renewing = false;

  constructor(terms: LeaseTerms, holder: LeaseHolder) {
    this.#terms = terms;
    this.#holder = holder;
    this.#timers = [
      setInterval(() => void this.renew(), this.#lengthMs / 3),
      setInterval(() => void this.#look(), this.#lengthMs / looksPerLease),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** The database granted the lease to a call that began at `atMs`, monotonic. */
  proved(threadId: string, atMs: number): void {
    this.#provedAt.set(threadId, atMs);
  }

  released(threadId: string): void {
    this.#provedAt.delete(threadId);
  }

  /** Whether nobody else can own the thread, for a while from now. */
  holds(threadId: string): boolean {
    const provedAt = this.#provedAt.get(threadId);
    return provedAt !== undefined && performance.now() - provedAt <= this.#lengthMs * (1 - marginShare);
  }

  /** Milliseconds since the oldest proof of the threads held; 0 where none is. */
  get oldestProofMs(): number {
    const now = performance.now();
    return Math.max(0, ...this.#holder.held().map(({ threadId }) => now - (this.#provedAt.get(threadId) ?? now)));
  }

  async renew(): Promise<void> {
    this.giveUpExpired();
    this.#isDue = true;
    await this.#renewDue();
  }

  async #look(): Promise<void> {
    this.giveUpExpired();
    if (this.#isDue || this.#locked.size > 0) await this.#renewDue();
  }

  async #renewDue(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      if (this.#isDue) {
        this.#locked = (await this.#ask(this.#holder.held())).locked;
        this.#isDue = false;
      }
      await this.#renewLocked();
    } catch {
      // The database is away. Whatever is not renewed in time is given up.
    } finally {
      this.#renewing = false;
    }
  }

  /** One by one, so that none waits for another's row for long, and the rows of the others are not held meanwhile. */
  async #renewLocked(): Promise<void> {
    for (const each of this.#holder.held().filter(({ threadId }) => this.#locked.has(threadId))) {
      const { locked } = await this.#ask([each], lockWaitMs);
      if (locked.size === 0) this.#locked = new Set([...this.#locked].filter((threadId) => threadId !== each.threadId));
    }
  }

  async #ask(held: readonly HeldLease[], waitMs = 0): Promise<Renewal> {
    if (held.length === 0) return { renewed: new Set(), locked: new Set() };
    const beganAt = performance.now();
    const renewal = await renewLeases(this.#terms, held, waitMs);
    // What was waited for counts from the question all the same, which is on the safe side.
    const validForMs = beganAt + this.#lengthMs - performance.now();
    const same = this.#stillHeld(held);
    for (const { threadId } of same.filter((each) => renewal.renewed.has(each.threadId))) {
      this.proved(threadId, beganAt);
      this.#holder.renewed(threadId, validForMs);
    }
    this.#giveUp(same.filter(({ threadId }) => !renewal.renewed.has(threadId) && !renewal.locked.has(threadId)));
    return renewal;
  }

  /** An answer that took long says nothing of a thread that was let go meanwhile, or claimed anew under another fence. */
  #stillHeld(asked: readonly HeldLease[]): readonly HeldLease[] {
    const fences = new Map(this.#holder.held().map(({ threadId, fence }) => [threadId, fence]));
    return asked.filter(({ threadId, fence }) => fences.get(threadId) === fence);
  }

  giveUpExpired(): void {
    this.#giveUp(this.#holder.held().filter(({ threadId }) => !this.holds(threadId)));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  get #lengthMs(): number {
    return this.#terms.leaseSeconds * 1000;
  }

  #giveUp(lost: readonly HeldLease[]): void {
    if (lost.length === 0) return;
    for (const { threadId } of lost) this.#provedAt.delete(threadId);
    this.#holder.lost(lost.map(({ threadId }) => threadId));
  }
}
