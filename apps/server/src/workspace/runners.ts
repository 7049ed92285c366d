/** The runners that this node can reach, its own among them, and which of them holds the environment of a thread. */
import {
  type EnvironmentOpening,
  type HostFacts,
  RunnerAbsent,
  type RunnerHost,
  type Waiting,
} from "@skein/executor/host/runner-host";

interface Opened {
  readonly host: RunnerHost;
  readonly fence: number;
}

export class Runners {
  /** The first is where workspaces are made. */
  readonly #hosts: readonly [RunnerHost, ...RunnerHost[]];
  readonly #leaseMs: number;
  readonly #byThread = new Map<string, Opened>();

  constructor(hosts: readonly [RunnerHost, ...RunnerHost[]], leaseMs: number) {
    this.#hosts = hosts;
    this.#leaseMs = leaseMs;
  }

  /** Where workspaces are made. */
  get first(): RunnerHost {
    return this.#hosts[0];
  }

  /** Of the machine where workspaces are made. */
  get facts(): Pick<HostFacts, "isolation" | "obstacle"> {
    const { facts, name } = this.first;
    return facts ?? { isolation: "none", obstacle: `the runner ${name} is away (${this.absenceOf(name)})` };
  }

  /** How many cannot be reached now. */
  get away(): number {
    return this.#hosts.filter(({ facts }) => facts === null).length;
  }

  /** Why a runner cannot be reached now; null when it can. */
  absenceOf(name: string): string | null {
    const host = this.#named(name);
    if (host === undefined) return "this node does not know it";
    return host.facts === null ? (host.absence ?? "it was lost") : null;
  }

  /** Throws `RunnerAbsent` for one that this node does not know. */
  find(name: string): RunnerHost {
    const host = this.#named(name);
    if (host !== undefined) return host;
    throw new RunnerAbsent(`the workspace is on the runner ${name}, which this node does not know`);
  }

  async open(runner: string, opening: Omit<EnvironmentOpening, "leaseMs">, waiting: Waiting) {
    const host = this.find(runner);
    const { threadId, fence } = opening;
    this.#byThread.set(threadId, { host, fence });
    return host.openEnvironment({ ...opening, leaseMs: this.#leaseMs }, waiting);
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

  #named(name: string): RunnerHost | undefined {
    return this.#hosts.find((host) => host.name === name);
  }
}
