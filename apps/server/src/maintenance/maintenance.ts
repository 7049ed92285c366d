/**
 * Work on the database that nobody waits for. Each job runs on its own timer, in bounded steps; while a step says that
 * more is left, the next follows at once. Every node runs every job, so a step must be harmless when others do the same.
 */
import { setImmediate as nextPhase } from "node:timers/promises";
import type { Clock } from "@skein/core/ports";

export interface MaintenanceJob {
  /** As a log line names it. */
  readonly name: string;
  readonly everyMs: number;
  /** One bounded step. True: more is left to do now. */
  run(): Promise<boolean>;
}

export interface MaintenancePorts {
  readonly clock: Pick<Clock, "sleep">;
  failed(job: string, reason: unknown): void;
}

export class Maintenance {
  readonly #ports: MaintenancePorts;
  readonly #stopping = new AbortController();
  readonly #running: readonly Promise<void>[];

  /** A job's first step comes after its first pause, which differs from node to node. */
  constructor(jobs: readonly MaintenanceJob[], ports: MaintenancePorts) {
    this.#ports = ports;
    this.#running = jobs.map((job) => this.#repeat(job));
  }

  /** Resolves when no step runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #repeat(job: MaintenanceJob): Promise<void> {
    for (;;) {
      const spread = 0.75 + Math.random() / 2;
      if (!(await this.#pause(job.everyMs * spread))) return;
      await this.#runAll(job);
    }
  }

  async #runAll({ name, run }: MaintenanceJob): Promise<void> {
    try {
      while (!this.#stopping.signal.aborted && (await run())) await nextPhase();
    } catch (reason) {
      this.#ports.failed(name, reason);
    }
  }

  /** False: stopped. */
  #pause(ms: number): Promise<boolean> {
    return this.#ports.clock.sleep(ms, this.#stopping.signal).then(
      () => true,
      () => false,
    );
  }
}
