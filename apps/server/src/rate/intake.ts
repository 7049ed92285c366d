/** What one connection may send: requests, bytes, and messages that are none. */
import type { RequestLimit } from "@skein/protocol/errors";
import type { Rate } from "../config-rates.ts";
import type { Buckets } from "./buckets.ts";
import { type Bucket, decideSpend, decideTake } from "./token-bucket.ts";

/** A request that is not carried out now. */
export interface TooMuch {
  readonly limit: RequestLimit;
  readonly retryAfterMs: number;
}

/** What a connection draws upon beside what is its own. */
export interface SharedLimit {
  readonly limit: RequestLimit;
  readonly buckets: Buckets;
  readonly key: string;
}

export interface IntakeTerms {
  readonly requests: Rate | null;
  readonly inbound: Rate | null;
  readonly malformed: Rate | null;
  /** ms of a clock that never goes back. */
  readonly now: () => number;
}

/** Each message counts as so much more, since a small one costs something too. */
const messageBytes = 1024;
/** And one that was refused as so much: who goes on all the same is read more slowly. */
const refusalBytes = 32 * 1024;

/** By then there is room for more than the one who comes first. */
const minRetryMs = 1_000;

export class Intake {
  readonly #terms: IntakeTerms;
  readonly #shared: readonly SharedLimit[];
  #requests: Bucket | null = null;
  #inbound: Bucket | null = null;
  #malformed: Bucket | null = null;

  constructor(terms: IntakeTerms, shared: readonly SharedLimit[]) {
    this.#terms = terms;
    this.#shared = shared;
  }

  /** null: the request may be carried out. It takes from all or from none. */
  admit(cost: number): TooMuch | null {
    if (cost === 0) return null;
    const { requests, now } = this.#terms;
    const own = requests === null ? null : decideTake(this.#requests, requests, cost, now());
    if (own !== null && own.waitMs > 0) return tooMuch("connection", own.waitMs);
    for (const { limit, buckets, key } of this.#shared) {
      const waitMs = buckets.waitMs(key, cost);
      if (waitMs > 0) return tooMuch(limit, waitMs);
    }
    for (const { buckets, key } of this.#shared) buckets.take(key, cost);
    this.#requests = own?.bucket ?? null;
    return null;
  }

  /** For how long, in ms, nothing more is to be read after a message of this size. */
  received(bytes: number): number {
    return this.#spend(bytes + messageBytes);
  }

  /** The same, after something was refused. */
  refused(): number {
    return this.#spend(refusalBytes);
  }

  /** False: there were too many that are none. */
  mayBeMalformed(): boolean {
    const { malformed, now } = this.#terms;
    if (malformed === null) return true;
    const { bucket, waitMs } = decideTake(this.#malformed, malformed, 1, now());
    this.#malformed = bucket;
    return waitMs === 0;
  }

  #spend(bytes: number): number {
    const { inbound, now } = this.#terms;
    if (inbound === null) return 0;
    const { bucket, waitMs } = decideSpend(this.#inbound, inbound, bytes, now());
    this.#inbound = bucket;
    return waitMs;
  }
}

function tooMuch(limit: RequestLimit, waitMs: number): TooMuch {
  return { limit, retryAfterMs: Math.max(minRetryMs, waitMs) };
}
