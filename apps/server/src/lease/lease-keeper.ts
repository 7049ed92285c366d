/**
 * Keeps the leases of the threads that this node holds, and knows until when they are proved. It renews them at a third
 * of their length; a thread that was not renewed is given up before its lease ends, by this machine's monotonic clock, so
 * that no two nodes ever run it. A process that was stopped and goes on finds nothing proved until it has asked again.
 */
import { type HeldLease, type LeaseTerms, renewLeases } from "./leases.ts";

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

export class LeaseKeeper {
  readonly #terms: LeaseTerms;
  readonly #holder: LeaseHolder;
  readonly #timers: readonly NodeJS.Timeout[];
  /** Monotonic ms at which the claim or the renewal began that succeeded last, by thread. */
  readonly #provedAt = new Map<string, number>();
  #renewing = false;

  constructor(terms: LeaseTerms, holder: LeaseHolder) {
    this.#terms = terms;
    this.#holder = holder;
    this.#timers = [
      setInterval(() => void this.renew(), this.#lengthMs / 3),
      setInterval(() => this.giveUpExpired(), this.#lengthMs / looksPerLease),
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
    const asked = this.#holder.held();
    if (this.#renewing || asked.length === 0) return;
    this.#renewing = true;
    const beganAt = performance.now();
    try {
      const renewed = await renewLeases(this.#terms, asked);
      const validForMs = beganAt + this.#lengthMs - performance.now();
      const same = this.#stillHeld(asked);
      for (const { threadId } of same.filter(({ threadId }) => renewed.has(threadId))) {
        this.proved(threadId, beganAt);
        this.#holder.renewed(threadId, validForMs);
      }
      this.#giveUp(same.filter(({ threadId }) => !renewed.has(threadId)));
    } catch {
      // The database is away. Whatever is not renewed in time is given up.
    } finally {
      this.#renewing = false;
    }
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
