/**
 * Bounds what one command's output can cost: the head passes as it comes, of what follows only the newest bytes are
 * kept, and between the two stands a line that says how much is missing.
 */
export class OutputCap {
  readonly #tailBytes: number;
  #headLeft: number;
  #tail: Uint8Array[] = [];
  #tailHeld = 0;
  #omitted = 0;
  #total = 0;

  constructor(limits: { readonly headBytes: number; readonly tailBytes: number }) {
    this.#headLeft = limits.headBytes;
    this.#tailBytes = limits.tailBytes;
  }

  /** Bytes pushed so far. */
  get total(): number {
    return this.#total;
  }

  /** From here on output is held back until `flush`. */
  get headIsFull(): boolean {
    return this.#headLeft === 0;
  }

  /** Returns what may pass at once; empty when all of it was held back. */
  push(chunk: Uint8Array): Uint8Array {
    this.#total += chunk.length;
    const passed = chunk.subarray(0, this.#headLeft);
    this.#headLeft -= passed.length;
    if (passed.length < chunk.length) this.#hold(chunk.subarray(passed.length));
    return passed;
  }

  /** What was held back, with the line about the gap before it; empty when there is nothing. */
  flush(): Uint8Array {
    if (this.#tailHeld === 0) return new Uint8Array(0);
    const gap = this.#omitted === 0 ? [] : [Buffer.from(`\n[skein: ${this.#omitted} bytes of output omitted]\n`)];
    const flushed = Buffer.concat([...gap, ...this.#tail]);
    this.#tail = [];
    this.#tailHeld = 0;
    this.#omitted = 0;
    return flushed;
  }

  #hold(chunk: Uint8Array): void {
    this.#tail.push(chunk);
    this.#tailHeld += chunk.length;
    let excess = this.#tailHeld - this.#tailBytes;
    while (excess > 0) {
      const oldest = this.#tail[0];
      if (oldest === undefined) return;
      const dropped = Math.min(excess, oldest.length);
      if (dropped === oldest.length) this.#tail.shift();
      else this.#tail[0] = oldest.subarray(dropped);
      this.#tailHeld -= dropped;
      this.#omitted += dropped;
      excess -= dropped;
    }
  }
}
