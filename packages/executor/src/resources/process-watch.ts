/**
 * Where there are no control groups: what a sandbox takes is added up from /proc, about once a second, and what takes too
 * much is ended. Beside limits per process (`SandboxLimits`) that is all; memory that no process has mapped is not seen, so that
 * sandboxes refuse memfd and large shared segments at this level (`buildSeccompFilter`).
 */
import type { SharedLimits } from "./limits.ts";
import { deriveUse, type ProcessUse, readMachine, readProportional } from "./process-use.ts";
import type { Breach, MemoryKills, ResourceGroup, ResourceGroups } from "./resource-groups.ts";

/** Of the limit: at that many processes a sandbox is full, since the kernel's own limit refuses the rest. */
const fullPart = 0.95;
/** Looks in a row at which it has to be full, so that a build which is over in a moment may be. */
const looksOfBomb = 2;

export class ProcessWatch implements ResourceGroups {
  readonly level = "rlimits";
  readonly obstacle: string;
  readonly #limits: SharedLimits;

  constructor(limits: SharedLimits, obstacle: string) {
    this.#limits = limits;
    this.obstacle = obstacle;
  }

  open(): ResourceGroup {
    return new WatchedProcesses(this.#limits.environment);
  }

  close(): void {}
}

class WatchedProcesses implements ResourceGroup {
  readonly #limits: SharedLimits["environment"];
  readonly #roots = new Set<number>();
  #fullLooks = 0;

  constructor(limits: SharedLimits["environment"]) {
    this.#limits = limits;
  }

  admit(pid: number): void {
    this.#roots.add(pid);
  }

  memoryKills(): MemoryKills {
    return { count: 0, own: 0 };
  }

  isFull(): boolean {
    return this.#isFull(deriveUse(readMachine(), this.#roots));
  }

  #isFull({ tasks }: ProcessUse): boolean {
    return tasks >= this.#limits.processes * fullPart;
  }

  look(): Breach | null {
    const { processes, memoryBytes } = this.#limits;
    const use = deriveUse(readMachine(), this.#roots);
    this.#fullLooks = this.#isFull(use) ? this.#fullLooks + 1 : 0;
    if (this.#fullLooks >= looksOfBomb) return { type: "processes", limit: processes };
    // Pages that processes share count for each of them at first; only what looks too much is counted exactly.
    if (use.residentBytes <= memoryBytes || readProportional(use.pids) <= memoryBytes) return null;
    return { type: "memory", limitBytes: memoryBytes };
  }

  close(): void {
    this.#roots.clear();
  }
}
