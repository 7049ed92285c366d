/** The runners that this node can reach, its own among them, and which of them holds the environment of a thread. */
import type { EnvironmentOpening, HostFacts, RunnerHost, Waiting } from "@skein/executor/host/runner-host";
import { AbsentHost } from "@skein/executor/remote/absent-host";

interface Opened {
  readonly host: RunnerHost;
  readonly fence: number;
}

export interface RunnersOptions {
  readonly leaseMs: number;
  /** How long a turn waits for a runner that is away. */
  readonly patienceMs: number;
}

export class Runners {
  /** The first is where workspaces are made. */
  readonly #hosts: readonly [RunnerHost, ...RunnerHost[]];
  readonly #options: RunnersOptions;
  readonly #byThread = new Map<string, Opened>();

  constructor(hosts: readonly [RunnerHost, ...RunnerHost[]], options: RunnersOptions) {
    this.#hosts = hosts;
    this.#options = options;
  }

  get names(): readonly string[] {
    return this.#hosts.map(({ name }) => name);
  }

  /** Where workspaces are made. */
  get first(): RunnerHost {
    return this.#hosts[0];
  }

  /** Of the machine where workspaces are made. */
  get facts(): Pick<HostFacts, "isolation" | "obstacle"> & { readonly limits: HostFacts["limits"] | null } {
    const { facts, name } = this.first;
    const obstacle = `the runner ${name} is away (${this.absenceOf(name)})`;
    return facts ?? { isolation: "none", obstacle, limits: null };
  }

  /** How many cannot be reached now. */
  get away(): number {
    return this.#hosts.filter(({ facts }) => facts === null).length;
  }

  /** Why a runner cannot be reached now; null when it can. */
  absenceOf(name: string): string | null {
    const { facts, absence } = this.find(name);
    return facts === null ? (absence ?? "it was lost") : null;
  }

  /** One that this node does not know is away for it, whatever becomes of it elsewhere. */
  find(name: string): RunnerHost {
    const host = this.#hosts.find((candidate) => candidate.name === name);
    return host ?? new AbsentHost(name, "this node does not know it", this.#options.patienceMs);
  }

  /** Called with the name of a runner each time that it can be reached again. */
  whenReached(listener: (runner: string) => void): void {
    for (const host of this.#hosts) host.whenReached(() => listener(host.name));
  }

  async open(runner: string, opening: Omit<EnvironmentOpening, "leaseMs">, waiting: Waiting) {
    const host = this.find(runner);
    const { threadId, fence } = opening;
    this.#byThread.set(threadId, { host, fence });
    return host.openEnvironment({ ...opening, leaseMs: this.#options.leaseMs }, waiting);
  }

  renewLease(threadId: string, validForMs: number): void {
    const opened = this.#byThread.get(threadId);
    opened?.host.renewLease(threadId, opened.fence, validForMs);
  }

  /** Resolves when nothing of the thread runs any more for this node. */
  async close(threadId: string): Promise<void> {
    const opened = this.#byThread.get(threadId);
    this.#byThread.delete(threadId);
    await opened?.host.closeEnvironment(threadId, opened.fence);
  }

  async closeAll(): Promise<void> {
    this.#byThread.clear();
    await Promise.all(this.#hosts.map((host) => host.close()));
  }
}
