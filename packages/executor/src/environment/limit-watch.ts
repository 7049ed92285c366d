/**
 * Holds the commands of one environment to their limits, from its first sandbox until the last is gone: their group, a look
 * at it each second, and the size of the workspace.
 */
import { getPriority, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { decideDisk, lower } from "../resources/decide-disk.ts";
import type { WorkspaceLimits } from "../resources/limits.ts";
import { type DirectoryUse, measureDirectory } from "../resources/measure-directory.ts";
import type { Breach, MemoryKills, ResourceGroup } from "../resources/resource-groups.ts";

export interface WatchOptions {
  readonly group: ResourceGroup;
  readonly directory: string;
  readonly limits: WorkspaceLimits;
  /** Whether a command is at work, rather than only what it left in the background. */
  readonly isBusy: () => boolean;
  /** Called once: everything has to end, and this watch watches no longer. */
  readonly breached: (breach: Breach) => void;
  /** The last sandbox is gone. */
  readonly ended: () => void;
}

const lookMs = 1000;
/** Between two measurements of the workspace, of which a large one takes seconds. */
const measureMs = { busyAtLeast: 500, busyAtMost: 3000, quiet: 3000 };
/** The part of its time for which measuring may run, within these bounds. */
const measuringPart = 0.1;
/** The server answers people; commands may wait. Without control groups for the processor it is all there is. */
const niceness = 10;

export class LimitWatch {
  readonly #options: WatchOptions;
  readonly #lookTimer: NodeJS.Timeout;
  readonly #stopped = new AbortController();
  #sandboxes = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#lookTimer = setInterval(() => this.#look(), lookMs);
    this.#lookTimer.unref();
    void this.#measure();
  }

  /** Of a sandbox; `end` has to follow. */
  begin(): void {
    this.#sandboxes++;
  }

  /** Throws when the process cannot be taken in. */
  admit(pid: number): void {
    this.#options.group.admit(pid);
    // Only root may raise it, when the server itself was started with less.
    setPriority(pid, Math.max(niceness, getPriority(pid)));
  }

  /** When the sandbox is gone. */
  end(): void {
    if (--this.#sandboxes > 0) return;
    this.#stop();
    this.#options.group.close();
    this.#options.ended();
  }

  memoryKills(): MemoryKills {
    return this.#options.group.memoryKills();
  }

  isFull(): boolean {
    return this.#options.group.isFull();
  }

  #stop(): void {
    clearInterval(this.#lookTimer);
    this.#stopped.abort();
  }

  #breach(breach: Breach | null): void {
    if (breach === null || this.#stopped.signal.aborted) return;
    this.#stop();
    this.#options.breached(breach);
  }

  #look(): void {
    this.#breach(this.#options.group.look());
  }

  async #measure(): Promise<void> {
    const { directory, limits, isBusy } = this.#options;
    const { signal } = this.#stopped;
    for (let lowest: DirectoryUse | null = null; !signal.aborted; ) {
      const begun = performance.now();
      const use = await measureDirectory(directory, signal);
      if (use !== null) {
        lowest = lower(lowest, use);
        this.#breach(decideDisk(limits, lowest, use));
      }
      const fairMs = (performance.now() - begun) / measuringPart;
      const { busyAtLeast, busyAtMost, quiet } = measureMs;
      await pause(isBusy() ? Math.min(busyAtMost, Math.max(busyAtLeast, fairMs)) : quiet, signal);
    }
  }
}

/** Resolves also when `signal` is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal, ref: false }).catch(() => {});
}
