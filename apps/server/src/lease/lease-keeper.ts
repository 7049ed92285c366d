/**
 * Keeps the leases of the threads that this node holds. It renews them at a third of their length; a thread that was
 * not renewed is given up before its lease ends, by this machine's monotonic clock, so that no two nodes ever run it.
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

export class LeaseKeeper {
  readonly #terms: LeaseTerms;
  readonly #holder: LeaseHolder;
  readonly #timer: NodeJS.Timeout;
  /** Monotonic ms at which the renewal began that last succeeded, by thread. */
  readonly #renewedAt = new Map<string, number>();
  #renewing = false;

  constructor(terms: LeaseTerms, holder: LeaseHolder) {
    this.#terms = terms;
    this.#holder = holder;
    this.#timer = setInterval(() => void this.tick(), (terms.leaseSeconds * 1000) / 3);
    this.#timer.unref();
  }

  async tick(): Promise<void> {
    const held = this.#holder.held();
    this.#giveUpExpired(held);
    if (this.#renewing || held.length === 0) return;
    this.#renewing = true;
    const beganAt = performance.now();
    try {
      const renewed = await renewLeases(this.#terms, held);
      const validForMs = beganAt + this.#terms.leaseSeconds * 1000 - performance.now();
      for (const threadId of renewed) {
        this.#renewedAt.set(threadId, beganAt);
        this.#holder.renewed(threadId, validForMs);
      }
      this.#report(held.filter(({ threadId }) => !renewed.has(threadId)));
    } catch {
      // The database is away. Whatever is not renewed in time is given up by a later tick.
    } finally {
      this.#renewing = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #giveUpExpired(held: readonly HeldLease[]): void {
    const lengthMs = this.#terms.leaseSeconds * 1000;
    const now = performance.now();
    const ids = new Set(held.map(({ threadId }) => threadId));
    for (const threadId of this.#renewedAt.keys()) if (!ids.has(threadId)) this.#renewedAt.delete(threadId);
    // A thread seen for the first time was claimed since the last tick.
    for (const threadId of ids) if (!this.#renewedAt.has(threadId)) this.#renewedAt.set(threadId, now - lengthMs / 3);
    this.#report(
      held.filter(({ threadId }) => now - (this.#renewedAt.get(threadId) ?? now) > lengthMs * (1 - marginShare)),
    );
  }

  #report(lost: readonly HeldLease[]): void {
    if (lost.length === 0) return;
    for (const { threadId } of lost) this.#renewedAt.delete(threadId);
    this.#holder.lost(lost.map(({ threadId }) => threadId));
  }
}
