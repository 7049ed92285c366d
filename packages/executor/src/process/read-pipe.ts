/** Reads one output pipe of a program while it runs, and what is left in it at its end. */
import { closeSync, readSync } from "node:fs";
import { Socket } from "node:net";
import type { OutputPipes } from "./output-pipe.ts";

/** Above the largest pipe an unprivileged process can make (1 MiB), so that a survivor cannot prolong the last read. */
const maxLastReadBytes = 1024 * 1024;

export class PipeReader {
  readonly writeDescriptor: number;
  readonly #readDescriptor: number;
  readonly #socket: Socket;
  readonly #take: (chunk: Uint8Array) => void;
  #hasEnded = false;

  constructor(pipes: OutputPipes, take: (chunk: Uint8Array) => void) {
    const pipe = pipes.open();
    this.writeDescriptor = pipe.writeDescriptor;
    this.#readDescriptor = pipe.readDescriptor;
    this.#take = take;
    this.#socket = new Socket({ fd: pipe.readDescriptor, readable: true, writable: false });
    this.#socket.on("error", () => {});
    this.#socket.on("close", (hadError) => void (hadError || pipes.release(pipe)));
    this.#socket.on("data", (chunk: Uint8Array) => void (this.#hasEnded || take(chunk)));
  }

  pause(): void {
    if (!this.#hasEnded) this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** The program has ended: all that it wrote is taken before this returns, what its survivors write is read and dropped. */
  end(): void {
    if (!this.#socket.destroyed) this.#readRest();
    this.#hasEnded = true;
    this.#socket.resume();
  }

  /** Nothing was started that could write. */
  abandon(): void {
    this.#socket.destroy();
  }

  /** The program holds it now, or was not started. */
  closeWriteEnd(): void {
    closeSync(this.writeDescriptor);
  }

  /** First what Node has read already, which `read` hands to the `data` listener, then what is still in the pipe. */
  #readRest(): void {
    while (this.#socket.read() !== null);
    for (let total = 0; total < maxLastReadBytes; ) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      let count: number;
      try {
        count = readSync(this.#readDescriptor, chunk);
      } catch {
        return;
      }
      if (count === 0) return;
      total += count;
      this.#take(chunk.subarray(0, count));
    }
  }
}
