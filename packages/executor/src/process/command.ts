/**
 * One command: its program, the cap on its output, the window of output on its way, and its end.
 *
 * Output goes `program → cap → queue → window → wire`. While the head passes, a full queue pauses the program. Beyond the
 * head the program runs free, only the newest bytes are kept, and what is kept is released twice a second, so that
 * a talkative server can still be watched. Output that is to come whole is all head.
 */
import { presentBytes } from "../resources/present-limit.ts";
import type { OutputStream, RunnerLimits } from "../rpc/methods.ts";
import { killTree, sendSignal } from "./kill-tree.ts";
import { OutputCap } from "./output-cap.ts";
import { readProcess } from "./process-table.ts";
import type { Program, ProgramListener } from "./program.ts";

export interface CommandListener {
  output(seq: number, chunk: Uint8Array, stream: OutputStream): void;
  exited(seq: number, exitCode: number | null, signal: string | null): void;
}

const presentWallTime = (limitMs: number) =>
  `it was ended after ${limitMs / 1000} s, which is as long as a command may take (SKEIN_LIMIT_SECONDS)`;
const presentOutput = (limitBytes: number) =>
  `it was ended at ${presentBytes(limitBytes)} of output (SKEIN_LIMIT_OUTPUT_MB). Write into a file, or print less`;

/** Bytes of one `process/output`. */
const maxChunkBytes = 64 * 1024;
const tailIntervalMs = 500;

export class Command {
  readonly #processId: string;
  readonly #limits: RunnerLimits;
  readonly #listener: CommandListener;
  readonly #cap: OutputCap;
  readonly #wallTimer: NodeJS.Timeout;
  #tailTimer: NodeJS.Timeout | null = null;
  #program: Program | null = null;
  #queue: { readonly bytes: Uint8Array; readonly stream: OutputStream }[] = [];
  #unacknowledged = 0;
  #seq = 0;
  #exit: { readonly exitCode: number | null; readonly signal: string | null } | null = null;
  #stoppedFor: string | null = null;

  /** Where remarks of the runner's own go. */
  readonly #remarks: OutputStream;

  /** `apart`: its streams come apart and whole. */
  constructor(processId: string, limits: RunnerLimits, apart: boolean, listener: CommandListener) {
    this.#processId = processId;
    this.#limits = limits;
    this.#listener = listener;
    this.#cap = new OutputCap(apart ? { ...limits, headBytes: Number.POSITIVE_INFINITY } : limits);
    this.#remarks = apart ? "stderr" : "stdout";
    this.#wallTimer = setTimeout(() => this.#stop(presentWallTime(limits.wallTimeMs)), limits.wallTimeMs);
    this.#wallTimer.unref();
  }

  /** Never throws: a program that cannot start is the caller's to report. */
  run(start: (listener: ProgramListener) => Program): void {
    try {
      this.#program = start({ output: (chunk, stream) => this.#take(chunk, stream), ended: (exit) => this.#end(exit) });
    } catch (error) {
      clearTimeout(this.#wallTimer);
      throw error;
    }
  }

  /** Ends without a program, as a shell does for a command that it cannot run. */
  fail(exitCode: number, message: string): void {
    this.#take(Buffer.from(`${message}\n`), this.#remarks);
    this.#end({ exitCode, signal: null });
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#program?.write(bytes);
  }

  closeStdin(): void {
    this.#program?.closeStdin();
  }

  resize(columns: number, rows: number): void {
    this.#program?.resize({ columns, rows });
  }

  /** SIGINT to the foreground group of its terminal, without one to its own group. */
  interrupt(): void {
    if (this.#program === null || this.#exit !== null) return;
    const foreground = readProcess(this.#program.pid)?.foregroundGroup ?? -1;
    sendSignal(-(foreground > 0 ? foreground : this.#program.pid), "SIGINT");
  }

  kill(): void {
    if (this.#program === null || this.#exit !== null) return;
    killTree(this.#program.pid, this.#processId);
  }

  acknowledge(bytes: number): void {
    this.#unacknowledged -= bytes;
    this.#pump();
  }

  #take(chunk: Uint8Array, stream: OutputStream): void {
    const passed = this.#cap.push(chunk);
    if (passed.length > 0) this.#queue.push({ bytes: passed, stream });
    if (this.#cap.headIsFull) this.#tailTimer ??= this.#startTailTimer();
    if (this.#cap.total > this.#limits.maxOutputBytes) {
      this.#stop(presentOutput(this.#limits.maxOutputBytes));
    }
    this.#pump();
  }

  #startTailTimer(): NodeJS.Timeout {
    return setInterval(() => {
      if (this.#queue.length === 0) this.#enqueueTail();
      this.#pump();
    }, tailIntervalMs);
  }

  #enqueueTail(): void {
    const tail = this.#cap.flush();
    if (tail.length > 0) this.#queue.push({ bytes: tail, stream: "stdout" });
  }

  #stop(reason: string): void {
    if (this.#stoppedFor !== null) return;
    this.#stoppedFor = reason;
    this.kill();
  }

  #end(exit: { readonly exitCode: number | null; readonly signal: string | null }): void {
    clearTimeout(this.#wallTimer);
    if (this.#tailTimer !== null) clearInterval(this.#tailTimer);
    this.#enqueueTail();
    if (this.#stoppedFor !== null) {
      this.#queue.push({ bytes: Buffer.from(`\n[skein: ${this.#stoppedFor}]\n`), stream: this.#remarks });
    }
    this.#exit = exit;
    this.#pump();
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#unacknowledged < this.#limits.windowBytes) {
      const { bytes, stream } = this.#queue[0]!;
      const sent = bytes.subarray(0, Math.min(maxChunkBytes, this.#limits.windowBytes - this.#unacknowledged));
      if (sent.length === bytes.length) this.#queue.shift();
      else this.#queue[0] = { bytes: bytes.subarray(sent.length), stream };
      this.#unacknowledged += sent.length;
      this.#listener.output(++this.#seq, sent, stream);
    }
    if (this.#exit !== null) {
      if (this.#queue.length === 0) this.#report(this.#exit);
    } else if (this.#queue.length > 0 && !this.#cap.headIsFull) this.#program?.pause();
    else this.#program?.resume();
  }

  #report(exit: { readonly exitCode: number | null; readonly signal: string | null }): void {
    this.#listener.exited(++this.#seq, exit.exitCode, exit.signal);
  }
}
