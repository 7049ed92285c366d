/**
 * What is to happen when a request has been answered, in the order in which it was asked for. A request that was answered
 * while it was still under way, because the database kept it waiting, asks late: that happens at once.
 */
export type Effect = () => void | Promise<void>;

export class Effects {
  readonly #failed: (reason: unknown) => void;
  /** null: the answer is out. */
  #waiting: Effect[] | null = [];

  constructor(failed: (reason: unknown) => void) {
    this.#failed = failed;
  }

  add(effect: Effect): void {
    if (this.#waiting === null) void this.#carryOut(effect);
    else this.#waiting.push(effect);
  }

  /** The answer is out. Never rejects; one that fails does not keep the others. */
  async run(): Promise<void> {
    const due = this.#waiting ?? [];
    this.#waiting = null;
    for (const effect of due) await this.#carryOut(effect);
  }

  async #carryOut(effect: Effect): Promise<void> {
    try {
      await effect();
    } catch (reason) {
      this.#failed(reason);
    }
  }
}
