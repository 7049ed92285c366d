/** What a client is told of one output stream of its command: as it comes, or all at once, and in either case no more than it asked for. */
export interface OutputDelta {
  readonly bytes: Uint8Array;
  /** Nothing more of this stream follows. */
  readonly capReached: boolean;
}

/** Of what is kept for the end. A client that wants more takes it as it comes. */
export const maxKeptBytes = 4 * 1024 * 1024;

export class OutputCapture {
  readonly #capBytes: number;
  readonly #isStreamed: boolean;
  #kept: Uint8Array[] = [];
  #passed = 0;
  #omitted = 0;

  /** `capBytes` null: as much as comes. */
  constructor(capBytes: number | null, isStreamed: boolean) {
    const wanted = capBytes ?? Number.POSITIVE_INFINITY;
    this.#capBytes = isStreamed ? wanted : Math.min(wanted, maxKeptBytes);
    this.#isStreamed = isStreamed;
  }

  get capReached(): boolean {
    return this.#omitted > 0 || (this.#passed > 0 && this.#passed === this.#capBytes);
  }

  /** What was left out though the client had not asked for it to be. */
  get omittedUnasked(): number {
    return this.#capBytes === maxKeptBytes && !this.#isStreamed ? this.#omitted : 0;
  }

  /** What was kept, as text. */
  get text(): string {
    return Buffer.concat(this.#kept).toString();
  }

  /** What is to be told now; null: nothing. */
  push(chunk: Uint8Array): OutputDelta | null {
    const wasFull = this.#passed === this.#capBytes && this.capReached;
    const bytes = chunk.subarray(0, Math.min(chunk.length, this.#capBytes - this.#passed));
    this.#passed += bytes.length;
    this.#omitted += chunk.length - bytes.length;
    if (wasFull) return null;
    if (this.#isStreamed) return { bytes, capReached: this.capReached };
    this.#kept.push(bytes);
    return null;
  }
}
