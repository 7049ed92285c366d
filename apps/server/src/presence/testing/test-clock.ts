/** A clock that stands until the test moves it. */
import type { PresenceClock } from "../presence-clock.ts";

interface Waiting {
  readonly atMs: number;
  readonly task: () => void;
}

export class TestClock implements PresenceClock {
  #nowMs = 1_000_000;
  readonly #waiting = new Set<Waiting>();

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, task: () => void): () => void {
    const waiting = { atMs: this.#nowMs + ms, task };
    this.#waiting.add(waiting);
    return () => this.#waiting.delete(waiting);
  }

  /** How many tasks are still to come. */
  get waiting(): number {
    return this.#waiting.size;
  }

  pass(ms: number): void {
    const end = this.#nowMs + ms;
    for (let next = this.#next(end); next !== null; next = this.#next(end)) {
      this.#waiting.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.task();
    }
    this.#nowMs = end;
  }

  #next(end: number): Waiting | null {
    const due = [...this.#waiting].filter(({ atMs }) => atMs <= end).toSorted((a, b) => a.atMs - b.atMs);
    return due[0] ?? null;
  }
}
