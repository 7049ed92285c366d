/**
 * A bucket for everybody who comes, and a bound on the memory that they take: a full one is forgotten, and where too many are
 * kept, the one that was used longest ago.
 */
import type { Rate } from "../config-rates.ts";
import { type Bucket, decideSpend, decideTake, isFull } from "./token-bucket.ts";

const maxKeptByDefault = 20_000;
/** Looked at with every change, so that forgetting keeps up with coming. */
const looksPerChange = 2;

export class Buckets {
  readonly #rate: Rate | null;
  readonly #now: () => number;
  readonly #maxKept: number;
  /** Those that were used last stand last. */
  readonly #kept = new Map<string, Bucket>();

  /** `rate` null: everything may be taken. `now`: ms of a clock that never goes back. */
  constructor(rate: Rate | null, now: () => number, maxKept = maxKeptByDefault) {
    this.#rate = rate;
    this.#now = now;
    this.#maxKept = maxKept;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** How long, in ms, until so much could be taken; 0: now. */
  waitMs(key: string, cost: number): number {
    if (this.#rate === null) return 0;
    return decideTake(this.#kept.get(key) ?? null, this.#rate, cost, this.#now()).waitMs;
  }

  /** 0: taken. Otherwise in so many ms it can be, and nothing was taken. */
  take(key: string, cost: number): number {
    if (this.#rate === null) return 0;
    const { bucket, waitMs } = decideTake(this.#kept.get(key) ?? null, this.#rate, cost, this.#now());
    if (waitMs === 0) this.#keep(key, bucket, this.#rate);
    return waitMs;
  }

  /** Takes it also where it is not there. */
  spend(key: string, cost: number): void {
    if (this.#rate === null) return;
    this.#keep(key, decideSpend(this.#kept.get(key) ?? null, this.#rate, cost, this.#now()).bucket, this.#rate);
  }

  #keep(key: string, bucket: Bucket, rate: Rate): void {
    this.#kept.delete(key);
    this.#kept.set(key, bucket);
    let looks = looksPerChange;
    for (const [oldest, its] of this.#kept) {
      if (this.#kept.size <= this.#maxKept && (looks === 0 || !isFull(its, rate, bucket.atMs))) return;
      looks -= 1;
      this.#kept.delete(oldest);
    }
  }
}
