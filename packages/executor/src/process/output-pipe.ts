/**
 * Real pipes for commands. Node joins a child by socket pairs, which a program cannot open again by name, so that
 * `> /dev/stderr` fails with ENXIO; and one pipe for stdout and stderr keeps the order in which they were written.
 * Node cannot make an unnamed pipe, so these are FIFOs, made once (about 1.5 ms) and used again.
 */
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, unlinkSync } from "node:fs";
import { join } from "node:path";

export interface OutputPipe {
  /** Does not block. */
  readonly readDescriptor: number;
  /** To be closed as soon as the command holds it. */
  readonly writeDescriptor: number;
  readonly path: string;
}

export class OutputPipes {
  readonly #directory: string;
  #made = 0;
  #free: string[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  open(): OutputPipe {
    const path = this.#free.pop() ?? this.#make();
    const readDescriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return { path, readDescriptor, writeDescriptor: openSync(path, constants.O_WRONLY) };
    } catch (error) {
      closeSync(readDescriptor);
      throw error;
    }
  }

  /** For a program to read from. It has no name afterwards: what a survivor still reads is nobody else's. */
  openInput(): { readonly readDescriptor: number; readonly writeDescriptor: number } {
    const path = this.#free.pop() ?? this.#make();
    // With both ends held neither of the following waits for the other.
    const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      const readDescriptor = openSync(path, constants.O_RDONLY);
      try {
        return { readDescriptor, writeDescriptor: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
      } catch (error) {
        closeSync(readDescriptor);
        throw error;
      }
    } finally {
      closeSync(both);
      unlinkSync(path);
    }
  }

  /** Only after its last writer has gone: whoever still wrote would be heard by the next command. */
  release(pipe: OutputPipe): void {
    this.#free.push(pipe.path);
  }

  #make(): string {
    const path = join(this.#directory, `output-${this.#made++}`);
    execFileSync("mkfifo", ["-m", "600", path], { stdio: "ignore" });
    return path;
  }
}
