/** A clock that stands still until the test moves it. */
import type { Clock } from "../ports.ts";

interface Sleeper {
  readonly until: number;
  wake(): void;
}

export class FakeClock implements Clock {
  #now = Date.UTC(2030, 0, 15, 12);
  #sleepers: Sleeper[] = [];
  #watchers: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason);
      };
      const wake = () => {
        leave();
        resolve();
      };
      const sleeper = { until: this.#now + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", onAbort, { once: true });
      for (const watcher of this.#watchers.splice(0)) watcher();
    });
  }

  /** Moves time on and wakes who is due, earliest first. */
  advance(ms: number): void {
    this.#now += ms;
    const due = this.#sleepers.filter((sleeper) => sleeper.until <= this.#now);
    for (const sleeper of due.toSorted((left, right) => left.until - right.until)) sleeper.wake();
  }

  /** Resolves when somebody sleeps for between these lengths; gives the length left. */
  async untilSleeping(minMs: number, maxMs: number): Promise<number> {
    for (;;) {
      const found = this.#sleepers.map((sleeper) => sleeper.until - this.#now).find((ms) => ms >= minMs && ms <= maxMs);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }
}
