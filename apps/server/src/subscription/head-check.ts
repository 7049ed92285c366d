/**
 * Once a second each node asks the database, in one query, where the logs of its watched threads end. That heals a last
 * message that was lost, and finds out that a log was replaced or a thread deleted elsewhere. While nothing is watched
 * nothing is asked.
 */
import type { SeenHead } from "./decide-head.ts";
import type { Subscriptions } from "./subscriptions.ts";

export interface HeadCheckPorts {
  readonly subscriptions: Subscriptions;
  /** Threads that are gone are missing from the answer. */
  readHeads(threadIds: readonly string[]): Promise<ReadonlyMap<string, SeenHead>>;
}

export const headCheckEveryMs = 1_000;

export class HeadCheck {
  readonly #ports: HeadCheckPorts;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;

  constructor(ports: HeadCheckPorts, everyMs = headCheckEveryMs) {
    this.#ports = ports;
    this.#timer = setInterval(() => void this.tick(), everyMs);
    this.#timer.unref();
  }

  /** A check that takes longer than the pause between two is not overtaken. */
  tick(): Promise<void> {
    this.#running ??= this.#check().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Resolves when no query is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #check(): Promise<void> {
    const { subscriptions, readHeads } = this.#ports;
    const watched = subscriptions.watched();
    if (watched.length === 0) return;
    try {
      const heads = await readHeads(watched.map(({ threadId }) => threadId));
      for (const before of watched) subscriptions.judge(before, heads.get(before.threadId));
    } catch {
      // The database is away, and whoever needs it says so. The next check looks again.
    }
  }
}
