import type { Scheduler } from "./scheduler.ts";

/**
 * A value that listeners watch, in the shape that React's useSyncExternalStore takes. Between two calls of the scheduler
 * `getSnapshot` gives the same value, however often it was set.
 */
export class Observable<T> {
  readonly #schedule: Scheduler;
  readonly #listeners = new Set<() => void>();
  #value: T;
  #published: T;
  #isScheduled = false;

  constructor(value: T, schedule: Scheduler) {
    this.#value = value;
    this.#published = value;
    this.#schedule = schedule;
  }

  /** The latest value, for the owner; it may not be published yet. */
  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    if (value === this.#value) return;
    this.#value = value;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(this.#flush);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): T => this.#published;

  readonly #flush = (): void => {
    this.#isScheduled = false;
    if (this.#published === this.#value) return;
    this.#published = this.#value;
    for (const listener of [...this.#listeners]) listener();
  };
}
