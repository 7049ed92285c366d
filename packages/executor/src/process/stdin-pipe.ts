/** What a program reads: a pipe that is written as fast as the program takes it. */
import { Socket } from "node:net";
import { RunnerRefusal } from "../rpc/methods.ts";
import type { OutputPipes } from "./output-pipe.ts";

export class StdinPipe {
  /** For the program; to be closed as soon as it holds it. */
  readonly readDescriptor: number;
  readonly #socket: Socket;

  constructor(pipes: OutputPipes) {
    const { readDescriptor, writeDescriptor } = pipes.openInput();
    this.readDescriptor = readDescriptor;
    this.#socket = new Socket({ fd: writeDescriptor, readable: false, writable: true });
    // Told to whoever writes.
    this.#socket.on("error", () => {});
  }

  /** Resolves when the pipe has taken it. Rejects when nobody can read it any more. */
  write(bytes: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#socket.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(new RunnerRefusal("NO_STDIN", "the command does not read its stdin any more"));
    });
    return promise;
  }

  close(): void {
    this.#socket.end();
  }

  abandon(): void {
    this.#socket.destroy();
  }
}
