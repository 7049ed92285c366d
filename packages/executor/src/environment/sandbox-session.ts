/**
 * One live sandbox: the process, the conversation with its runner, and its end. It ends in order when its stdin is closed
 * (the kernel then ends everything in it before its first process is gone), and by SIGKILL when that takes too long.
 */
import { EnvironmentFailure } from "@skein/core/ports";
import type { RunnerLimits, RunnerMethod, RunnerParams, RunnerResult } from "../rpc/methods.ts";
import type { SealedChild } from "../sandbox/spawn-sealed.ts";
import { type ProcessWords, RemoteProcess } from "./remote-process.ts";
import { RunnerClient } from "./runner-client.ts";

export interface SessionOptions {
  readonly launch: () => SealedChild;
  readonly runtimeDirectory: string | null;
  /** The sandbox has a way out. */
  readonly hasProxy: boolean;
  readonly limits: RunnerLimits;
  readonly fence: () => number;
  /** The sandbox is gone, by whatever way. Called once. */
  readonly ended: () => void;
}

const endTimeoutMs = 2000;
const maxDiagnosticsBytes = 2000;

export class SandboxSession {
  readonly #child: SealedChild;
  readonly #client: RunnerClient;
  readonly #limits: RunnerLimits;
  readonly #ready: Promise<void>;
  readonly #gone: Promise<void>;
  #diagnostics = "";
  #reason: string | null = null;

  /** Throws what `launch` throws. */
  constructor(options: SessionOptions) {
    this.#limits = options.limits;
    this.#child = options.launch();
    this.#client = new RunnerClient(this.#child, options.fence, (reason) => this.#destroy(reason));
    this.#child.stderr.on("data", (chunk) => {
      this.#diagnostics = (this.#diagnostics + chunk).slice(0, maxDiagnosticsBytes);
    });
    this.#gone = new Promise((resolve) => {
      const gone = () => {
        this.#client.end(this.#describeEnd());
        options.ended();
        resolve();
      };
      this.#child.once("error", (error) => {
        this.#reason ??= error.message;
        gone();
      });
      // "close" comes after "exit": when nobody holds the runner's end of the wire any more.
      this.#child.once("close", gone);
    });
    const { runtimeDirectory, hasProxy, limits } = options;
    this.#ready = this.#client.request("initialize", { runtimeDirectory, hasProxy, limits }).then(() => {});
    this.#ready.catch(() => {});
  }

  /** Commands that have not ended. */
  get running(): number {
    return this.#client.runningProcesses;
  }

  async request<M extends RunnerMethod>(
    method: M,
    params: RunnerParams<M>,
    body?: Uint8Array,
  ): Promise<{ result: RunnerResult<M>; body: Uint8Array }> {
    await this.#ready;
    return this.#client.request(method, params, body);
  }

  /** `notice`: put before the command's own output. */
  async start(params: RunnerParams<"process/start">, words: ProcessWords): Promise<RemoteProcess> {
    await this.#ready;
    const { processId } = params;
    const control = this.#control(processId, params.streams?.stdin === true);
    const process = new RemoteProcess(processId, this.#limits.windowBytes, control, words);
    this.#client.register(process);
    try {
      await this.#client.request("process/start", params);
      return process;
    } catch (error) {
      this.#client.forget(process);
      throw error;
    }
  }

  renewLease(validForMs: number): void {
    this.#client.tell("lease/renew", { validForMs });
  }

  /** Resolves when nothing of the sandbox is left. */
  async close(reason: string): Promise<void> {
    this.#reason ??= reason;
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), endTimeoutMs);
    await this.#gone;
    clearTimeout(timer);
  }

  /** As `close`, without waiting for anything: what runs fails with the reason. */
  async abort(reason: string): Promise<void> {
    this.#destroy(reason);
    await this.#gone;
  }

  #destroy(reason: string): void {
    this.#reason ??= reason;
    this.#client.end(this.#describeEnd());
    this.#child.kill("SIGKILL");
  }

  #describeEnd(): EnvironmentFailure {
    const details = this.#reason ?? this.#diagnostics.trim();
    return new EnvironmentFailure(`the sandbox has ended${details === "" ? "" : `: ${details}`}`);
  }

  /** `waits`: what is written to it is taken as fast as the command reads, which may be never while it runs. */
  #control(processId: string, waits: boolean) {
    const ask = async (method: "process/interrupt" | "process/kill" | "process/closeStdin"): Promise<void> => {
      await this.#client.request(method, { processId });
    };
    return {
      acknowledge: (bytes: number) => this.#client.tell("process/acknowledge", { processId, bytes }),
      write: async (bytes: Uint8Array) => {
        await this.#client.request("process/write", { processId }, bytes, waits ? this.#limits.wallTimeMs : undefined);
      },
      closeStdin: () => ask("process/closeStdin"),
      interrupt: () => ask("process/interrupt"),
      kill: () => ask("process/kill"),
      resize: async (columns: number, rows: number) => {
        await this.#client.request("process/resize", { processId, columns, rows });
      },
    };
  }
}
