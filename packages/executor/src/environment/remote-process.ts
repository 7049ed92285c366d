/**
 * A command in a runner, as the environment hands it out. What the runner may have sent ahead is bounded by the
 * window: bytes are acknowledged when the reader takes them, and a runner that sends more is cut off. After a kill, or
 * when the reader has gone, they are acknowledged as they come, so that the command can end unread.
 */
import type { EnvironmentFailure, ProcessExit } from "@skein/core/ports";
import type { HostProcess, OutputChunk } from "../host/runner-host.ts";
import type { OutputStream } from "../rpc/methods.ts";

export interface ProcessControl {
  acknowledge(bytes: number): void;
  write(bytes: Uint8Array): Promise<void>;
  closeStdin(): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  interrupt(): Promise<void>;
  kill(): Promise<void>;
}

/** Told of the end and of the last output; what it answers is put behind that. */
export type ExplainEnd = (exit: ProcessExit, tail: string) => string | null;

/** What is put around a command's output. */
export interface ProcessWords {
  /** Before it. */
  readonly notice: string | null;
  readonly explain: ExplainEnd;
  /** Where both go; stdout when absent. */
  readonly stream?: OutputStream;
}

/** Enough for the line in which a program says why it gave up. */
const tailBytes = 2048;

type End = { readonly exit: ProcessExit } | { readonly failure: EnvironmentFailure };

export class RemoteProcess implements HostProcess {
  readonly processId: string;
  readonly output: AsyncIterable<Uint8Array>;
  readonly chunks: AsyncIterable<OutputChunk>;
  readonly exit: Promise<ProcessExit>;
  readonly #control: ProcessControl;
  readonly #windowBytes: number;
  readonly #settle: { resolve(exit: ProcessExit): void; reject(failure: EnvironmentFailure): void };
  #queue: OutputChunk[] = [];
  #unacknowledged = 0;
  /** Part of `#unacknowledged` that the reader has taken; told in quarters of the window, not per chunk. */
  #taken = 0;
  #seq = 0;
  #end: End | null = null;
  #reader: "none" | "reading" | "gone" = "none";
  #killed = false;
  #wake: (() => void) | null = null;
  readonly #words: ProcessWords;
  #tail = Buffer.alloc(0);

  constructor(processId: string, windowBytes: number, control: ProcessControl, words: ProcessWords) {
    this.processId = processId;
    this.#windowBytes = windowBytes;
    this.#control = control;
    this.#words = words;
    if (words.notice !== null) this.#remark(words.notice);
    const { promise, resolve, reject } = Promise.withResolvers<ProcessExit>();
    // Whoever only reads the output must not take the server down with an unhandled rejection.
    promise.catch(() => {});
    this.exit = promise;
    this.#settle = { resolve, reject };
    this.output = { [Symbol.asyncIterator]: () => this.#read(({ bytes }) => bytes) };
    this.chunks = { [Symbol.asyncIterator]: () => this.#read((chunk) => chunk) };
  }

  /** False when the runner broke the rules: a seq out of order, or more than the window. */
  take(seq: number, chunk: Uint8Array, stream: OutputStream = "stdout"): boolean {
    if (this.#end !== null || seq !== ++this.#seq) return false;
    this.#unacknowledged += chunk.length;
    if (this.#unacknowledged > this.#windowBytes) return false;
    if (this.#reader !== "gone") this.#queue.push({ bytes: chunk, stream });
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes);
    if (this.#reader === "gone" || this.#killed) this.#acknowledge(this.#unacknowledged);
    this.#wake?.();
    return true;
  }

  finish(seq: number, exit: ProcessExit): boolean {
    if (this.#end !== null || seq !== ++this.#seq) return false;
    const explanation = this.#words.explain(exit, this.#tail.toString());
    if (explanation !== null && this.#reader !== "gone") this.#remark(explanation);
    this.#finish({ exit });
    return true;
  }

  fail(failure: EnvironmentFailure): void {
    if (this.#end === null) this.#finish({ failure });
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#control.write(bytes);
  }

  /** No error after the end. */
  closeStdin(): Promise<void> {
    return this.#end === null ? this.#control.closeStdin() : Promise.resolve();
  }

  /** No error after the end. */
  resize(columns: number, rows: number): Promise<void> {
    return this.#end === null ? this.#control.resize(columns, rows) : Promise.resolve();
  }

  interrupt(): Promise<void> {
    return this.#end === null ? this.#control.interrupt() : Promise.resolve();
  }

  kill(): Promise<void> {
    if (this.#end !== null) return Promise.resolve();
    this.#killed = true;
    this.#acknowledge(this.#unacknowledged);
    return this.#control.kill();
  }

  async *#read<T>(present: (chunk: OutputChunk) => T): AsyncGenerator<T, void, undefined> {
    if (this.#reader !== "none") throw new Error("the output of a process has one reader");
    this.#reader = "reading";
    try {
      for (;;) {
        const chunk = this.#queue.shift();
        if (chunk !== undefined) {
          this.#taken = Math.min(this.#taken + chunk.bytes.length, this.#unacknowledged);
          if (this.#taken * 4 >= this.#windowBytes) this.#acknowledge(this.#taken);
          yield present(chunk);
        } else if (this.#end !== null) return;
        else await this.#more();
      }
    } finally {
      this.#reader = "gone";
      this.#queue = [];
      this.#acknowledge(this.#unacknowledged);
      if (this.#end !== null) this.#announce(this.#end);
    }
  }

  #remark(text: string): void {
    this.#queue.push({ bytes: Buffer.from(text), stream: this.#words.stream ?? "stdout" });
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = null;
  }

  #acknowledge(bytes: number): void {
    this.#unacknowledged -= bytes;
    this.#taken = 0;
    if (bytes > 0 && this.#end === null) this.#control.acknowledge(bytes);
  }

  #finish(end: End): void {
    this.#end = end;
    this.#wake?.();
    if (this.#reader !== "reading") this.#announce(end);
  }

  #announce(end: End): void {
    if ("exit" in end) this.#settle.resolve(end.exit);
    else this.#settle.reject(end.failure);
  }
}
