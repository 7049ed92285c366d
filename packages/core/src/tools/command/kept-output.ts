/** Bytes of one command's output that are kept: the same for its item and for what waits to be told to the model. */
export const MAX_KEPT_OUTPUT_BYTES = 1024 * 1024;

/**
 * Text that grows without bound, of which the first and the last half of `maxBytes` (UTF-8) are kept.
 * What lies between is counted and named by a marker. No character is ever cut in two.
 */
export class KeptOutput {
  readonly #halfBytes: number;
  readonly #head: string[] = [];
  #headBytes = 0;
  #headIsFull = false;
  readonly #tail: Buffer[] = [];
  #tailBytes = 0;
  #droppedBytes = 0;
  #totalBytes = 0;
  #newlines = 0;
  #endsInLine = false;

  constructor(maxBytes: number = MAX_KEPT_OUTPUT_BYTES) {
    this.#halfBytes = Math.floor(maxBytes / 2);
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Of everything appended; a last line without a newline counts. */
  get totalLines(): number {
    return this.#newlines + (this.#endsInLine ? 1 : 0);
  }

  append(text: string): void {
    if (text === "") return;
    const bytes = Buffer.from(text);
    this.#totalBytes += bytes.length;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#newlines++;
    this.#endsInLine = !text.endsWith("\n");
    const rest = this.#headIsFull ? bytes : this.#fillHead(bytes);
    if (rest.length > 0) this.#appendTail(rest);
  }

  text(): string {
    const tail = Buffer.concat(this.#tail);
    const over = Math.max(0, tail.length - this.#halfBytes);
    const start = characterStart(tail, over);
    const dropped = this.#droppedBytes + start;
    const marker = dropped === 0 ? "" : `\n… ${dropped} bytes left out …\n`;
    return this.#head.join("") + marker + tail.subarray(start).toString();
  }

  /** Returns what did not fit. */
  #fillHead(bytes: Buffer): Buffer {
    const room = this.#halfBytes - this.#headBytes;
    if (bytes.length <= room) {
      this.#head.push(bytes.toString());
      this.#headBytes += bytes.length;
      return bytes.subarray(bytes.length);
    }
    const cut = characterEnd(bytes, room);
    this.#head.push(bytes.subarray(0, cut).toString());
    this.#headIsFull = true;
    return bytes.subarray(cut);
  }

  #appendTail(bytes: Buffer): void {
    this.#tail.push(bytes);
    this.#tailBytes += bytes.length;
    while (this.#tailBytes - this.#tail[0]!.length >= this.#halfBytes) {
      const gone = this.#tail.shift()!;
      this.#tailBytes -= gone.length;
      this.#droppedBytes += gone.length;
    }
  }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** The first index at or after `at` where a character begins. */
export function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (isContinuation(bytes[start])) start++;
  return start;
}

/** The last index at or before `at` where a character begins. */
export function characterEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end > 0 && isContinuation(bytes[end])) end--;
  return end;
}
