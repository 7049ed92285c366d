/** A runner that this node has no way to, as another node's own is. Turns that need it wait, as for one that is away. */
import { type EnvironmentOpening, RunnerAbsent, type RunnerHost, type Waiting } from "../host/runner-host.ts";
import { RemoteEnvironment, type RunnerReach } from "./remote-environment.ts";

export class AbsentHost implements RunnerHost {
  readonly name: string;
  readonly facts = null;
  readonly absence: string;
  readonly #patienceMs: number;

  constructor(name: string, absence: string, patienceMs: number) {
    this.name = name;
    this.absence = absence;
    this.#patienceMs = patienceMs;
  }

  whenReached(): void {}

  async createDirectory(): Promise<never> {
    throw this.#failure();
  }

  async removeDirectory(): Promise<never> {
    throw this.#failure();
  }

  async openDirectory(): Promise<never> {
    throw this.#failure();
  }

  async openEnvironment(opening: EnvironmentOpening, waiting: Waiting): Promise<RemoteEnvironment> {
    if (waiting.known === null) throw this.#failure();
    const { name, absence } = this;
    const reach: RunnerReach = { name, absence, session: null, watch: () => () => {} };
    return new RemoteEnvironment(reach, opening, waiting.known, waiting, this.#patienceMs);
  }

  renewLease(): void {}

  async closeEnvironment(): Promise<void> {}

  async close(): Promise<void> {}

  #failure(): RunnerAbsent {
    return new RunnerAbsent(this.name, this.absence);
  }
}
