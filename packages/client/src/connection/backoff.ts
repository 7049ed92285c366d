/** Pauses between attempts to connect: 0.5, 1, 2, 4, 8, 16 seconds, each with full jitter so that clients do not return in step. */

const firstMs = 500;
const maxMs = 16_000;

/** Up to here, to two seconds, pauses grow while nobody answers and somebody watches. */
export const maxWatchedAttempt = 3;

/** A connection that lived this long counts as good again: the next pause is the shortest. */
export const stableAfterMs = 30_000;

/** `attempt` counts failures in a row from 1; `jitter` is a random number in [0, 1). */
export function backoffMs(attempt: number, jitter: number): number {
  const ceilingMs = Math.min(maxMs, firstMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(ceilingMs * jitter);
}
