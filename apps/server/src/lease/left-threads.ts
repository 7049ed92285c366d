/**
 * Threads that this node could not take, such as one whose log a newer version has written to. They are left to the other nodes, and tried
 * again after a pause that doubles each time.
 */
const longestPauseMs = 5 * 60_000;

interface Left {
  readonly times: number;
  /** Monotonic ms. */
  readonly untilMs: number;
}

export class LeftThreads {
  readonly #firstPauseMs: number;
  readonly #left = new Map<string, Left>();

  constructor(firstPauseMs: number) {
    this.#firstPauseMs = firstPauseMs;
  }

  /** Gives the pause, and how often this has been so. */
  leave(threadId: string, nowMs: number): { readonly pauseMs: number; readonly times: number } {
    this.#forgetOld(nowMs);
    const times = (this.#left.get(threadId)?.times ?? 0) + 1;
    const pauseMs = Math.min(this.#firstPauseMs * 2 ** (times - 1), longestPauseMs);
    this.#left.set(threadId, { times, untilMs: nowMs + pauseMs });
    return { pauseMs, times };
  }

  taken(threadId: string): void {
    this.#left.delete(threadId);
  }

  /** Not to be tried now. */
  at(nowMs: number): readonly string[] {
    return [...this.#left].flatMap(([threadId, { untilMs }]) => (untilMs > nowMs ? [threadId] : []));
  }

  /** Another node has it, or nobody needs it any more. */
  #forgetOld(nowMs: number): void {
    for (const [threadId, { untilMs }] of this.#left) {
      if (untilMs + longestPauseMs < nowMs) this.#left.delete(threadId);
    }
  }
}
