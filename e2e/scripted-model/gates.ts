/** Points at which a response waits for its test. A gate may be released before it is reached. */

interface Gate {
  arrivals: number;
  releases: number;
  readonly waiting: (() => void)[];
  readonly watching: { readonly count: number; readonly resolve: () => void }[];
}

export class Gates {
  readonly #gates = new Map<string, Gate>();

  /** Resolves when the test releases the gate once for this arrival. */
  arrive(name: string): Promise<void> {
    const gate = this.#gate(name);
    gate.arrivals++;
    for (const watcher of gate.watching) if (watcher.count <= gate.arrivals) watcher.resolve();
    if (gate.releases > 0) {
      gate.releases--;
      return Promise.resolve();
    }
    return new Promise((resolve) => gate.waiting.push(resolve));
  }

  release(name: string): void {
    const gate = this.#gate(name);
    const next = gate.waiting.shift();
    if (next === undefined) gate.releases++;
    else next();
  }

  /** Resolves when responses have arrived at the gate `count` times in all. */
  reached(name: string, count: number): Promise<void> {
    const gate = this.#gate(name);
    if (gate.arrivals >= count) return Promise.resolve();
    return new Promise((resolve) => gate.watching.push({ count, resolve }));
  }

  releaseAll(): void {
    for (const gate of this.#gates.values()) for (const resolve of gate.waiting.splice(0)) resolve();
  }

  #gate(name: string): Gate {
    let gate = this.#gates.get(name);
    if (gate === undefined) {
      gate = { arrivals: 0, releases: 0, waiting: [], watching: [] };
      this.#gates.set(name, gate);
    }
    return gate;
  }
}
