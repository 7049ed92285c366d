/** A point at which a script stops until the test lets it go on. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();

  /** Resolves when the script has come here. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  open(): void {
    this.#opened.resolve();
  }

  /** For the script. */
  async pass(): Promise<void> {
    this.#reached.resolve();
    await this.#opened.promise;
  }
}
