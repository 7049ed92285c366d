/**
 * The environment's side of the wire. Everything that arrives is checked; the first message that breaks the protocol ends the
 * conversation, since a command may have taken the runner over.
 */
import { EnvironmentFailure, FileFailure } from "@skein/core/ports";
import { encodeFrame, type Frame, FrameDecoder } from "../rpc/frame.ts";
import type { RunnerMethod, RunnerParams, RunnerResult } from "../rpc/methods.ts";
import { runnerReport, runnerResults } from "../rpc/report.ts";
import type { SealedChild } from "../sandbox/spawn-sealed.ts";
import type { RemoteProcess } from "./remote-process.ts";

interface Pending {
  readonly method: RunnerMethod;
  readonly timer: NodeJS.Timeout;
  resolve(answer: { result: unknown; body: Uint8Array }): void;
  reject(error: Error): void;
}

const requestTimeoutMs = 60_000;

export class RunnerClient {
  readonly #child: SealedChild;
  readonly #fence: () => number;
  /** Called once, with why; the child may still be alive. */
  readonly #broke: (reason: string) => void;
  readonly #decoder = new FrameDecoder();
  readonly #pending = new Map<number, Pending>();
  readonly #processes = new Map<string, RemoteProcess>();
  #lastId = 0;
  #ended: EnvironmentFailure | null = null;

  constructor(child: SealedChild, fence: () => number, broke: (reason: string) => void) {
    this.#child = child;
    this.#fence = fence;
    this.#broke = broke;
    child.stdin.on("error", () => {});
    child.stdout.on("data", (chunk: Uint8Array) => this.#receive(chunk));
  }

  get runningProcesses(): number {
    return this.#processes.size;
  }

  async request<M extends RunnerMethod>(
    method: M,
    params: RunnerParams<M>,
    body?: Uint8Array,
    timeoutMs = requestTimeoutMs,
  ): Promise<{ result: RunnerResult<M>; body: Uint8Array }> {
    if (this.#ended !== null) throw this.#ended;
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<{ result: unknown; body: Uint8Array }>();
    const timer = setTimeout(() => this.#break(`the runner did not answer ${method}`), timeoutMs);
    this.#pending.set(id, { method, timer, resolve, reject });
    this.#send(id, method, params, body);
    const answer = await promise;
    return { result: answer.result as RunnerResult<M>, body: answer.body };
  }

  /** A request without an answer. */
  tell<M extends RunnerMethod>(method: M, params: RunnerParams<M>): void {
    if (this.#ended === null) this.#send(null, method, params);
  }

  /** Before the request that starts it: its first output may come ahead of the answer. */
  register(process: RemoteProcess): void {
    if (this.#processes.has(process.processId)) {
      throw new EnvironmentFailure(`there is a process ${process.processId} already`);
    }
    this.#processes.set(process.processId, process);
  }

  forget(process: RemoteProcess): void {
    this.#processes.delete(process.processId);
  }

  /** Fails all that is under way; nothing is received or sent from now on. */
  end(failure: EnvironmentFailure): void {
    if (this.#ended !== null) return;
    this.#ended = failure;
    for (const { timer, reject } of this.#pending.values()) {
      clearTimeout(timer);
      reject(failure);
    }
    this.#pending.clear();
    for (const process of this.#processes.values()) process.fail(failure);
    this.#processes.clear();
  }

  #send(id: number | null, method: RunnerMethod, params: unknown, body?: Uint8Array): void {
    for (const bytes of encodeFrame({ id, method, fence: this.#fence(), params }, body)) this.#child.stdin.write(bytes);
  }

  #receive(chunk: Uint8Array): void {
    if (this.#ended !== null) return;
    try {
      for (const frame of this.#decoder.push(chunk)) this.#handle(frame);
    } catch (error) {
      this.#break(error instanceof Error ? error.message : String(error));
    }
  }

  #handle({ header, body }: Frame): void {
    const report = runnerReport.parse(header);
    if ("id" in report) {
      const pending = this.#pending.get(report.id);
      if (pending === undefined) throw new Error("the runner answered what nobody asked");
      this.#pending.delete(report.id);
      clearTimeout(pending.timer);
      if ("error" in report) pending.reject(toFailure(pending.method, report.error));
      else this.#resolve(pending, report.result, body);
      return;
    }
    const { processId, seq } = report.params;
    const process = this.#processes.get(processId);
    if (process === undefined) throw new Error("the runner reported on a process that nobody started");
    if (report.method === "process/output") {
      if (!process.take(seq, body, report.params.stream)) throw new Error("the runner sent output out of turn");
      return;
    }
    this.#processes.delete(processId);
    const { exitCode, signal } = report.params;
    if (!process.finish(seq, { exitCode, signal })) throw new Error("the runner reported an end out of turn");
  }

  #resolve(pending: Pending, result: unknown, body: Uint8Array): void {
    const checked = runnerResults[pending.method].safeParse(result);
    if (checked.success) {
      pending.resolve({ result: checked.data, body });
      return;
    }
    pending.reject(new EnvironmentFailure("the sandbox's runner gave a malformed answer"));
    throw new Error(`the runner's answer to ${pending.method} is malformed`);
  }

  #break(reason: string): void {
    if (this.#ended === null) this.#broke(reason);
  }
}

function toFailure(method: RunnerMethod, error: { readonly code: string; readonly message: string }): Error {
  const isFile = method.startsWith("fs/") && /^E[A-Z0-9]+$/.test(error.code);
  return isFile ? new FileFailure(error.code, error.message) : new EnvironmentFailure(error.message);
}
