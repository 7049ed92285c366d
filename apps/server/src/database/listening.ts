/**
 * Hears when the database says that who may do what has changed (`pg_notify` in the transaction of the change), on whichever node that was
 * done. It asks nothing: one connection waits. What was said while there was none is unknown, so each new connection begins with `heard`.
 * Through a pooler that shares connections between transactions nothing is heard; whoever listens must look by itself every so often too.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Sql } from "./pools.ts";

export const accessChannel = "skein_access";

export interface ListeningPorts {
  /** A pool of one connection that tells what it hears, and that its connection is gone. */
  open(told: { readonly onnotify: () => void; readonly onclose: () => void }): Sql;
  heard(): void;
}

const pauseMs = 500;

export class Listening {
  readonly #ports: ListeningPorts;
  readonly #stopped = new AbortController();
  readonly #sql: Sql;
  #closed = Promise.withResolvers<void>();
  readonly #running: Promise<void>;

  constructor(ports: ListeningPorts) {
    this.#ports = ports;
    this.#sql = ports.open({ onnotify: () => ports.heard(), onclose: () => this.#closed.resolve() });
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#closed.resolve();
    await this.#sql.end({ timeout: 1 });
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      this.#closed = Promise.withResolvers();
      try {
        await this.#sql.unsafe(`listen ${accessChannel}`);
        this.#ports.heard();
        await this.#closed.promise;
      } catch {
        // The database is away, and whoever needs it says so.
        await delay(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}
