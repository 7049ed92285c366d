/** One command of a client's: what is said to it, in order, what it says, and its end. */
import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import { EnvironmentFailure, type NetworkGate } from "@skein/core/ports";
import type { HostProcess, OutputChunk } from "@skein/executor/host/runner-host";
import type { ErrandPlace } from "./connection-errands.ts";
import type { ErrandCommand, ErrandEnd } from "./errand-command.ts";
import { TooManyErrands } from "./errand-failure.ts";
import { OutputCapture, type OutputDelta } from "./output-capture.ts";
import { Refusals } from "./refusals.ts";

/** It does not take what is said to it. */
export class NotTaken extends Error {
  override readonly name = "NotTaken";
  readonly why: "noStdin" | "noTerminal" | "ended";
  constructor(why: NotTaken["why"]) {
    super(why);
    this.why = why;
  }
}

export type TellOutput = (stream: OutputChunk["stream"], delta: OutputDelta) => Promise<void>;

const timedOut = 124;
/** As a shell says it: what was ended by a signal, and by the death of its sandbox. */
const signalled = 128;
/** Timers have no more. */
const maxTimeoutMs = 2 ** 31 - 1;
/** Written and not taken yet. */
const maxPendingBytes = 16 * 1024 * 1024;

export class ErrandProcess {
  readonly #command: ErrandCommand;
  readonly #started = Promise.withResolvers<HostProcess>();
  readonly #refusals = new Refusals();
  #saying: Promise<void> = Promise.resolve();
  #pendingBytes = 0;
  #hasTimedOut = false;

  constructor(command: ErrandCommand) {
    this.#command = command;
    this.#started.promise.catch(() => {});
  }

  /** Rejects with what the environment rejects with. */
  async start({ environment, path }: ErrandPlace, network: NetworkGate | null): Promise<void> {
    const { argv, env, tty, stdin, policy } = this.#command;
    const variables = Object.entries(env);
    try {
      const process = await environment.start({
        ...{ processId: randomUUID(), argv, cwd: path, tty, policy },
        env: Object.fromEntries(variables.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
        withoutEnv: variables.flatMap(([name, value]) => (value === null ? [name] : [])),
        streams: { stdin },
        ...(network === null ? {} : { network: this.#refusals.hear(network) }),
      });
      this.#started.resolve(process);
    } catch (error) {
      this.#started.reject(new NotTaken("ended"));
      throw error;
    }
  }

  /** To be called once it has started. `tell` is waited for, and the command with it. */
  async follow(tell: TellOutput): Promise<ErrandEnd> {
    const process = await this.#started.promise;
    const { capBytes, isStreamed, timeoutMs } = this.#command;
    const captures = {
      stdout: new OutputCapture(capBytes, isStreamed),
      stderr: new OutputCapture(capBytes, isStreamed),
    };
    const take = async (stream: OutputChunk["stream"], bytes: Uint8Array) => {
      const delta = captures[stream].push(bytes);
      if (delta !== null) await tell(stream, delta);
    };
    const timer = timeoutMs === null ? null : this.#endAfter(process, timeoutMs);
    try {
      for await (const { stream, bytes } of process.chunks) await take(stream, bytes);
      if (this.#refusals.words !== "") await take("stderr", Buffer.from(this.#refusals.words));
      const { exitCode, signal } = await process.exit;
      return presentEnd(this.#hasTimedOut ? timedOut : (exitCode ?? signalled + numberOf(signal)), captures);
    } catch (error) {
      if (!(error instanceof EnvironmentFailure)) throw error;
      await take("stderr", Buffer.from(`[skein: ${error.message}]\n`));
      return presentEnd(signalled + constants.signals.SIGKILL, captures);
    } finally {
      if (timer !== null) clearTimeout(timer);
    }
  }

  /** In the order of the calls. Resolves when it was taken. Rejects with `NotTaken`. */
  write(bytes: Uint8Array | null, close: boolean): Promise<void> {
    const length = bytes?.length ?? 0;
    if (!this.#command.stdin) throw new NotTaken("noStdin");
    if (this.#pendingBytes + length > maxPendingBytes) {
      throw new TooManyErrands("the command has not read what it was given before");
    }
    this.#pendingBytes += length;
    const said = this.#saying.then(() => this.#say(bytes, close)).finally(() => (this.#pendingBytes -= length));
    this.#saying = said.catch(() => {});
    return said;
  }

  async resize(columns: number, rows: number): Promise<void> {
    if (this.#command.tty === null) throw new NotTaken("noTerminal");
    await (await this.#started.promise).resize(columns, rows);
  }

  /** The whole tree of it. */
  async kill(): Promise<void> {
    await (await this.#started.promise).kill();
  }

  async #say(bytes: Uint8Array | null, close: boolean): Promise<void> {
    const process = await this.#started.promise;
    const ended = process.exit.then(
      () => Promise.reject(new NotTaken("ended")),
      () => Promise.reject(new NotTaken("ended")),
    );
    ended.catch(() => {});
    if (bytes !== null && bytes.length > 0) await Promise.race([process.write(bytes), ended]);
    if (close) await process.closeStdin();
  }

  #endAfter(process: HostProcess, timeoutMs: number): NodeJS.Timeout {
    const end = () => {
      this.#hasTimedOut = true;
      void process.kill().catch(() => {});
    };
    return setTimeout(end, Math.min(timeoutMs, maxTimeoutMs));
  }
}

function presentEnd(exitCode: number, { stdout, stderr }: Record<"stdout" | "stderr", OutputCapture>): ErrandEnd {
  const omitted = stdout.omittedUnasked + stderr.omittedUnasked;
  const remark = omitted === 0 ? "" : `\n[skein: ${omitted} bytes of output omitted; stream it to have all of it]\n`;
  return {
    exitCode,
    ...{ stdout: stdout.text, stdoutCapReached: stdout.capReached },
    ...{ stderr: stderr.text + remark, stderrCapReached: stderr.capReached },
  };
}

function numberOf(signal: string | null): number {
  return (constants.signals as Readonly<Record<string, number>>)[signal ?? ""] ?? 0;
}
