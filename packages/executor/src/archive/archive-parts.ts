/** An archive that was sent in parts of one size, the last of which may be shorter. */
import { createReadStream, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";

export function partName(index: number): string {
  return String(index).padStart(8, "0");
}

export class ArchiveParts {
  readonly #directory: string;
  readonly #partBytes: number;
  readonly size: number;

  constructor(directory: string, parts: { readonly count: number; readonly partBytes: number }) {
    this.#directory = directory;
    this.#partBytes = parts.partBytes;
    const last = parts.count === 0 ? 0 : statSync(join(directory, partName(parts.count - 1))).size;
    this.size = Math.max(0, parts.count - 1) * parts.partBytes + last;
  }

  /** The bytes from `start` up to `end`, not included. */
  read(start = 0, end = this.size): Readable {
    return Readable.from(this.#chunks(start, Math.min(end, this.size)), { objectMode: false });
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const index = Math.floor(at / this.#partBytes);
      const base = index * this.#partBytes;
      const stop = Math.min(end, base + this.#partBytes);
      const path = join(this.#directory, partName(index));
      for await (const chunk of createReadStream(path, { start: at - base, end: stop - base - 1 })) {
        yield chunk as Buffer;
      }
      at = stop;
    }
  }
}
