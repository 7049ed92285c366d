/** A log in memory, with the fold of what it holds. Appends commit one after the other, never in the same step. */
import type { NewThreadEvent, ThreadEvent, ThreadEventBody } from "@skein/timeline/event";
import type { CallRecord, CommandReceipt, Journal } from "../ports.ts";
import { evolve, initialState, type ThreadState } from "../thread/evolve.ts";

export class MemoryJournal implements Journal {
  readonly events: ThreadEvent[] = [];
  /** How the events came together. */
  readonly appends: (readonly ThreadEvent[])[] = [];
  /** Of the model, committed. */
  readonly calls: CallRecord[] = [];
  state: ThreadState = initialState;
  #tail: Promise<void> = Promise.resolve();
  #watchers: (() => void)[] = [];
  #failure: Error | null = null;
  /** Awaited before each commit; a test may put a gate here. */
  beforeCommit: (events: readonly NewThreadEvent[]) => Promise<void> = () => Promise.resolve();

  append(
    events: readonly NewThreadEvent[],
    _receipts: readonly CommandReceipt[] = [],
    calls: readonly CallRecord[] = [],
  ): Promise<void> {
    const frozen = JSON.parse(JSON.stringify(events)) as NewThreadEvent[];
    const committed = this.#tail.then(async () => {
      await this.beforeCommit(frozen);
      if (this.#failure !== null) throw this.#failure;
      this.#commit(frozen);
      this.calls.push(...calls);
    });
    this.#tail = committed.catch(() => {});
    return committed;
  }

  /** Every further append is refused. */
  refuse(error: Error): void {
    this.#failure = error;
  }

  ofType<T extends ThreadEventBody["type"]>(type: T): Extract<ThreadEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<ThreadEvent, { type: T }> => event.type === type);
  }

  /** Resolves when an event that fits is committed, or has been. */
  async until(fits: (event: ThreadEvent) => boolean): Promise<ThreadEvent> {
    for (;;) {
      const found = this.events.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  #commit(events: readonly NewThreadEvent[]): void {
    const placed = events.map((event, index) => ({ ...event, seq: this.events.length + 1 + index }) as ThreadEvent);
    this.appends.push(placed);
    for (const event of placed) {
      this.events.push(event);
      this.state = evolve(this.state, event);
    }
    for (const watcher of this.#watchers.splice(0)) watcher();
  }
}
