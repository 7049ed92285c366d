/** What was sent and is not known to have arrived, so that it can be sent again over another connection. */
export class KeptMessages {
  readonly #messages: { readonly number: number; readonly bytes: Uint8Array }[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(number: number, bytes: Uint8Array): void {
    this.#messages.push({ number, bytes });
    this.#bytes += bytes.length;
  }

  /** The peer has everything up to `number`. */
  drop(number: number): void {
    let count = 0;
    for (const message of this.#messages) {
      if (message.number > number) break;
      this.#bytes -= message.bytes.length;
      count++;
    }
    this.#messages.splice(0, count);
  }

  all(): readonly Uint8Array[] {
    return this.#messages.map(({ bytes }) => bytes);
  }
}
