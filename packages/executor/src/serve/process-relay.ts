/** Passes a command's output and its end on to a node, no faster than the node takes it. */
import { EnvironmentFailure } from "@skein/core/ports";
import type { HostProcess, OutputChunk } from "../host/runner-host.ts";
import { processWindowBytes } from "../link/limits.ts";
import type { HostReport } from "../rpc/host-methods.ts";

type Report = (report: HostReport, body?: Uint8Array) => void;

export class ProcessRelay {
  readonly process: HostProcess;
  readonly #number: number;
  readonly #report: Report;
  #seq = 0;
  #unacknowledged = 0;
  #isAbandoned = false;
  #wake: (() => void) | null = null;

  constructor(number: number, process: HostProcess, report: Report) {
    this.#number = number;
    this.process = process;
    this.#report = report;
  }

  /** Resolves when the end has been reported. */
  async run(): Promise<void> {
    try {
      for await (const chunk of this.process.chunks) await this.#pass(chunk);
      const { exitCode, signal } = await this.process.exit;
      this.#report({ method: "process/exited", params: { ...this.#next(), exitCode, signal } });
    } catch (error) {
      if (!(error instanceof EnvironmentFailure)) throw error;
      this.#report({ method: "process/failed", params: { ...this.#next(), message: error.message } });
    }
  }

  acknowledge(bytes: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes);
    this.#wake?.();
  }

  /** Nobody will take the rest, however long it is: it is read and dropped, so that the command can end. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#wake?.();
  }

  async #pass({ bytes, stream }: OutputChunk): Promise<void> {
    for (let rest = bytes; rest.length > 0 && !this.#isAbandoned; ) {
      const room = processWindowBytes - this.#unacknowledged;
      if (room === 0) {
        await this.#roomMade();
        continue;
      }
      const piece = rest.subarray(0, room);
      rest = rest.subarray(piece.length);
      this.#unacknowledged += piece.length;
      const params = { ...this.#next(), ...(stream === "stderr" ? { stream } : {}) };
      this.#report({ method: "process/output", params }, piece);
    }
  }

  async #roomMade(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = null;
  }

  #next(): { process: number; seq: number } {
    return { process: this.#number, seq: ++this.#seq };
  }
}
