/**
 * Lets tools that may run together do so and everything else run alone, in the order of the calls: a tool that runs
 * alone waits for all before it, and all after it wait for it.
 */
export class ToolGate {
  #lastAlone: Promise<unknown> = Promise.resolve();
  #together: Promise<unknown>[] = [];

  run<T>(mode: "together" | "alone", work: () => Promise<T>): Promise<T> {
    const before = mode === "together" ? this.#lastAlone : Promise.all([this.#lastAlone, ...this.#together]);
    const result = before.then(work);
    const settled = result.then(
      () => {},
      () => {},
    );
    if (mode === "together") {
      this.#together.push(settled);
    } else {
      this.#lastAlone = settled;
      this.#together = [];
    }
    return result;
  }
}
