/**
 * Reads that many ask for at once, such as a crowd that comes back. Nobody is given what was read before they asked: whoever asks while a
 * read is under way waits for the next one, together with all others who do. So one alone waits for nobody, and a crowd makes one read
 * after the other instead of one each.
 */
interface Reading<Result> {
  /** Of the one under way. */
  readonly ended: Promise<unknown>;
  /** null: nobody has asked since it began. */
  next: Promise<Result> | null;
}

export class GroupedReads<Result> {
  readonly #reading = new Map<string, Reading<Result>>();

  /** `read` must not depend on who asks, only on the key. Whoever shared a read that failed is told so. */
  read(key: string, read: () => Promise<Result>): Promise<Result> {
    const reading = this.#reading.get(key);
    if (reading === undefined) return this.#begin(key, read);
    reading.next ??= reading.ended.then(() => this.#begin(key, read));
    return reading.next;
  }

  #begin(key: string, read: () => Promise<Result>): Promise<Result> {
    const result = read();
    const ended = result.then(noted, noted);
    const reading: Reading<Result> = { ended, next: null };
    this.#reading.set(key, reading);
    ended.then(() => {
      if (this.#reading.get(key) === reading && reading.next === null) this.#reading.delete(key);
    });
    return result;
  }
}

function noted(): void {}
