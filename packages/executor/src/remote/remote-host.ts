/** A runner on another machine, as a node uses it. */
import type { EnvironmentInfo } from "@skein/core/ports";
import {
  type EnvironmentOpening,
  type HostFacts,
  RunnerAbsent,
  type RunnerHost,
  type TenantPlace,
  type Waiting,
  type WorkspacePaths,
} from "../host/runner-host.ts";
import { RemoteEnvironment } from "./remote-environment.ts";
import type { RemoteSession } from "./remote-session.ts";
import { RunnerConnection, type RunnerConnectionOptions } from "./runner-connection.ts";

export interface RemoteHostOptions extends RunnerConnectionOptions {
  /** How long a turn waits for a runner that is away. */
  readonly patienceMs: number;
}

export class RemoteHost implements RunnerHost {
  readonly name: string;
  readonly #connection: RunnerConnection;
  readonly #patienceMs: number;

  constructor(options: RemoteHostOptions) {
    this.name = options.name;
    this.#patienceMs = options.patienceMs;
    this.#connection = new RunnerConnection(options);
  }

  /** Resolves when it is known whether the runner can be reached. */
  start(): Promise<void> {
    return this.#connection.start();
  }

  get facts(): HostFacts | null {
    return this.#connection.facts;
  }

  get absence(): string | null {
    return this.#connection.absence;
  }

  whenReached(listener: () => void): void {
    this.#connection.watch({ changed: () => this.facts !== null && listener() });
  }

  async createDirectory(tenant: TenantPlace, name: string): Promise<WorkspacePaths> {
    const session = await this.#present();
    return (await session.request("workspace/create", { tenant, name })).result;
  }

  async removeDirectory(tenant: TenantPlace, name: string): Promise<void> {
    const session = await this.#present();
    await session.request("workspace/remove", { tenant, name });
  }

  async openDirectory(tenant: TenantPlace, path: string, within: string | null): Promise<WorkspacePaths> {
    const session = await this.#present();
    return (await session.request("workspace/open", { tenant, path, within })).result;
  }

  async openEnvironment(opening: EnvironmentOpening, waiting: Waiting): Promise<RemoteEnvironment> {
    const info = await this.#open(opening, waiting.known);
    return new RemoteEnvironment(this.#connection, opening, info, waiting, this.#patienceMs);
  }

  renewLease(threadId: string, fence: number, validForMs: number): void {
    this.#connection.session?.renewLease(threadId, fence, validForMs);
  }

  /** A runner that cannot be told ends the thread's commands when their lease is overdue. */
  async closeEnvironment(threadId: string, fence: number): Promise<void> {
    await this.#connection.session?.close(threadId, fence).catch(() => {});
  }

  async close(): Promise<void> {
    this.#connection.stop();
  }

  async #open(opening: EnvironmentOpening, known: EnvironmentInfo | null): Promise<EnvironmentInfo> {
    const { session } = this.#connection;
    if (known === null) return (session ?? (await this.#present())).open(opening);
    return session === null ? known : this.#openOrKnown(session, opening, known);
  }

  /** One that is lost while it is asked is away like any other. */
  async #openOrKnown(
    session: RemoteSession,
    opening: EnvironmentOpening,
    known: EnvironmentInfo,
  ): Promise<EnvironmentInfo> {
    const { promise: lost, resolve } = Promise.withResolvers<EnvironmentInfo>();
    const stop = this.#connection.watch({
      changed: () => {
        if (this.#connection.session !== session) resolve(known);
      },
    });
    const opened = session.open(opening);
    opened.catch(() => {});
    return Promise.race([opened, lost]).finally(stop);
  }

  /** A connection that was lost a moment ago is waited for; a runner that is away is not. */
  async #present(): Promise<RemoteSession> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.#connection.watch({ changed: resolve, absent: resolve });
    try {
      if (this.#connection.session === null && this.#connection.absence === null) await promise;
    } finally {
      stop();
    }
    const { session, absence } = this.#connection;
    if (session !== null) return session;
    throw new RunnerAbsent(this.name, absence ?? "it was lost");
  }
}
