/** Writes one statement at a time for all who came while the one before was under way: one alone waits for nobody, and a crowd shares. */
interface Waiting<Line, Outcome> {
  readonly line: Line;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (reason: unknown) => void;
}

export class GroupedWrites<Line, Outcome> {
  readonly #write: (lines: readonly Line[]) => Promise<readonly Outcome[]>;
  #waiting: Waiting<Line, Outcome>[] = [];
  #isWriting = false;

  /** `write` gives the outcomes in the order of the lines. Whoever shared a write that failed is told so. */
  constructor(write: (lines: readonly Line[]) => Promise<readonly Outcome[]>) {
    this.#write = write;
  }

  write(line: Line): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      if (!this.#isWriting) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        const outcomes = await this.#write(batch.map(({ line }) => line));
        for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as Outcome);
      } catch (reason) {
        for (const { reject } of batch) reject(reason);
      }
    }
    this.#isWriting = false;
  }
}
