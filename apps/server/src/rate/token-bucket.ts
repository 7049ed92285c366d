/**
 * What somebody may still take: a bucket holds so much, fills by so much with every second, and what is taken is taken out of
 * it. Times are those of a clock that never goes back.
 */
import type { Rate } from "../config-rates.ts";

/** `left` is negative where more was spent than there was. */
export interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

/** `waitMs` 0: it was taken. Otherwise nothing was, and after so long it can be. */
export interface Take {
  readonly bucket: Bucket;
  readonly waitMs: number;
}

/** By so much what was added up of fractions may be short of the whole. */
const hair = 1e-6;

/** As it is now. null: nobody has taken anything. */
export function deriveBucket(bucket: Bucket | null, { burst, perSecond }: Rate, nowMs: number): Bucket {
  if (bucket === null) return { left: burst, atMs: nowMs };
  const seconds = Math.max(0, nowMs - bucket.atMs) / 1000;
  return { left: Math.min(burst, bucket.left + seconds * perSecond), atMs: Math.max(nowMs, bucket.atMs) };
}

/** Takes all of it or nothing. What costs more than fits is given to whoever has a full bucket. */
export function decideTake(before: Bucket | null, rate: Rate, cost: number, nowMs: number): Take {
  const bucket = deriveBucket(before, rate, nowMs);
  const needed = Math.min(cost, rate.burst);
  const missing = needed - bucket.left - hair;
  if (missing > 0) return { bucket, waitMs: Math.ceil((missing / rate.perSecond) * 1000) };
  return { bucket: { ...bucket, left: bucket.left - needed }, waitMs: 0 };
}

/** What has happened already is taken out, also where it is not there. `waitMs`: until the debt is paid. Nobody owes more than the bucket holds. */
export function decideSpend(before: Bucket | null, rate: Rate, cost: number, nowMs: number): Take {
  const bucket = deriveBucket(before, rate, nowMs);
  const left = Math.max(-rate.burst, bucket.left - cost);
  return { bucket: { ...bucket, left }, waitMs: left >= 0 ? 0 : Math.ceil((-left / rate.perSecond) * 1000) };
}

/** Then it is as if nothing had ever been taken. */
export function isFull(bucket: Bucket, rate: Rate, nowMs: number): boolean {
  return deriveBucket(bucket, rate, nowMs).left >= rate.burst;
}
