/**
 * A thread's environment on a runner elsewhere. While the runner is away its calls wait, within a bound, until it is back
 * or nobody wants to wait any more; people who watch are told.
 */
import {
  type CommandSpec,
  EnvironmentFailure,
  type EnvironmentInfo,
  FileFailure,
  type FileKind,
} from "@skein/core/ports";
import type { RemoteProcess } from "../environment/remote-process.ts";
import type { EnvironmentOpening, HostEnvironment, Waiting } from "../host/runner-host.ts";
import { maxBodyBytes } from "../rpc/frame.ts";
import type { HostMethod, HostParams, HostResult } from "../rpc/host-methods.ts";
import type { SandboxPolicy } from "../sandbox/sandbox-policy.ts";
import { WorkspaceRefused } from "../workspace/open-directory.ts";
import type { RemoteSession } from "./remote-session.ts";
import type { RunnerConnection } from "./runner-connection.ts";

type OfThread = Extract<HostMethod, `fs/${string}`>;

/** The way to the runner, as far as an environment needs it. */
export type RunnerReach = Pick<RunnerConnection, "name" | "session" | "absence" | "watch">;

export class RemoteEnvironment implements HostEnvironment {
  readonly info: EnvironmentInfo;
  readonly #connection: RunnerReach;
  readonly #opening: EnvironmentOpening;
  readonly #waiting: Waiting;
  readonly #patienceMs: number;
  /** Calls that are answered, and commands that have ended, count no more. */
  #inUse = 0;
  #stopWatching: (() => void) | null = null;
  #hasToldAbsence = false;
  /** Monotonic ms; null while nobody waits. Not set again by every call: a turn waits once for a runner that is away. */
  #waitEnd: number | null = null;

  constructor(
    connection: RunnerReach,
    opening: EnvironmentOpening,
    info: EnvironmentInfo,
    waiting: Waiting,
    patienceMs: number,
  ) {
    this.#connection = connection;
    this.#opening = opening;
    this.info = info;
    this.#waiting = waiting;
    this.#patienceMs = patienceMs;
  }

  async start(command: CommandSpec): Promise<RemoteProcess> {
    const { threadId, fence } = this.#opening;
    const process = await this.#use(
      (session) => session.start({ threadId, fence, command: mutable(command) }, command.network),
      (abandoned) => void abandoned.kill(),
    );
    const done = this.#begin();
    process.exit.catch(() => {}).finally(done);
    return process;
  }

  async readFile(path: string, maxBytes: number): Promise<Uint8Array | null> {
    const { result, body } = await this.#ask("fs/readFile", { path, maxBytes });
    return result.found ? body : null;
  }

  async fileKind(path: string): Promise<FileKind | null> {
    return (await this.#ask("fs/kind", { path })).result.kind;
  }

  async writeFile(path: string, bytes: Uint8Array, policy: SandboxPolicy, parents = true): Promise<void> {
    if (bytes.length > maxBodyBytes) {
      throw new FileFailure("EFBIG", `cannot write ${path}: ${bytes.length} bytes are more than ${maxBodyBytes}`);
    }
    await this.#ask("fs/writeFile", { path, policy, parents }, bytes);
  }

  async removeFile(path: string, policy: SandboxPolicy): Promise<void> {
    await this.#ask("fs/remove", { path, policy });
  }

  async makeDirectory(path: string, policy: SandboxPolicy, recursive: boolean): Promise<void> {
    await this.#ask("fs/makeDirectory", { path, policy, recursive });
  }

  async metadata(path: string): Promise<HostResult<"fs/metadata">> {
    return (await this.#ask("fs/metadata", { path })).result;
  }

  async listDirectory(path: string, maxEntries: number): Promise<HostResult<"fs/list">> {
    return (await this.#ask("fs/list", { path, maxEntries })).result;
  }

  async walkDirectory(path: string, maxEntries: number): Promise<HostResult<"fs/walk">> {
    return (await this.#ask("fs/walk", { path, maxEntries })).result;
  }

  #ask<M extends OfThread>(
    method: M,
    params: Omit<HostParams<M>, "threadId" | "fence">,
    body?: Uint8Array,
  ): Promise<{ result: HostResult<M>; body: Uint8Array }> {
    const { threadId, fence } = this.#opening;
    const whole = { threadId, fence, ...params } as HostParams<HostMethod> as HostParams<M>;
    return this.#use((session) => session.request(method, whole, body));
  }

  /** `abandoned`: what came of work for which nobody waits any more. */
  async #use<T>(work: (session: RemoteSession) => Promise<T>, abandoned: (result: T) => void = () => {}): Promise<T> {
    const done = this.#begin();
    const result = this.#onSession(work);
    const given = this.#givenUp();
    try {
      return await Promise.race([result, given.up]);
    } catch (error) {
      result.then(abandoned, () => {});
      throw error;
    } finally {
      given.stop();
      done();
    }
  }

  async #onSession<T>(work: (session: RemoteSession) => Promise<T>): Promise<T> {
    const session = await this.#session();
    try {
      await session.ensureOpen(this.#opening);
    } catch (error) {
      throw error instanceof WorkspaceRefused ? new EnvironmentFailure(error.message) : error;
    }
    return work(session);
  }

  async #session(): Promise<RemoteSession> {
    const { session } = this.#connection;
    if (session !== null) {
      this.#waitEnd = null;
      return session;
    }
    this.#waitEnd ??= performance.now() + this.#patienceMs;
    const found = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => found.reject(this.#failure("and has not come back")),
      this.#waitEnd - performance.now(),
    );
    const stop = this.#connection.watch({ changed: () => this.#connection.session !== null && found.resolve() });
    try {
      await found.promise;
    } finally {
      stop();
      clearTimeout(timer);
    }
    return this.#session();
  }

  /** Rejects once the runner is away and nobody wants to wait for it. */
  #givenUp(): { up: Promise<never>; stop: () => void } {
    const { signal } = this.#waiting;
    const { promise: up, reject } = Promise.withResolvers<never>();
    const check = () => {
      if (signal.aborted && this.#connection.session === null) reject(this.#failure("and was not waited for"));
    };
    const unwatch = this.#connection.watch({ changed: check });
    signal.addEventListener("abort", check);
    check();
    return {
      up,
      stop: () => {
        unwatch();
        signal.removeEventListener("abort", check);
      },
    };
  }

  #failure(what: string): EnvironmentFailure {
    const { name, absence } = this.#connection;
    return new EnvironmentFailure(`the workspace's runner ${name} is away (${absence ?? "it was lost"}) ${what}`);
  }

  /** While something is under way an absence is told, once, and its end. Gives the way to say that it is over. */
  #begin(): () => void {
    this.#inUse++;
    this.#stopWatching ??= this.#connection.watch({
      absent: () => this.#tellAbsence(),
      changed: () => this.#tellBack(),
    });
    this.#tellAbsence();
    return () => {
      if (--this.#inUse > 0) return;
      this.#stopWatching?.();
      this.#stopWatching = null;
    };
  }

  #tellAbsence(): void {
    const { name, absence } = this.#connection;
    if (absence === null || this.#hasToldAbsence) return;
    this.#hasToldAbsence = true;
    const message = `The workspace's runner ${name} is away (${absence}); the turn waits for it.`;
    this.#waiting.notice({ runner: { name, state: "away" }, message });
  }

  #tellBack(): void {
    if (!this.#hasToldAbsence || this.#connection.session === null) return;
    this.#hasToldAbsence = false;
    const { name } = this.#connection;
    this.#waiting.notice({ runner: { name, state: "back" }, message: `The workspace's runner ${name} is back.` });
  }
}

function mutable({ argv, withoutEnv, policy, network, ...rest }: CommandSpec): HostParams<"process/start">["command"] {
  return {
    ...rest,
    argv: [...argv],
    env: { ...rest.env },
    ...(withoutEnv === undefined ? {} : { withoutEnv: [...withoutEnv] }),
    policy,
    network: network !== undefined,
  };
}
