/** How many things are open at once, by whom. */

/** `max` null: without a limit, and not counted. */
export interface Place<Name extends string> {
  readonly name: Name;
  readonly key: string;
  readonly max: number | null;
}

export type Entry<Name extends string> =
  /** `leave` counts once, however often it is called. */
  | { readonly type: "entered"; readonly leave: () => void }
  /** The first place that has no room; none was taken. */
  | { readonly type: "full"; readonly name: Name };

export class OpenCounts {
  readonly #open = new Map<string, number>();

  /** How many keys are counted. */
  get size(): number {
    return this.#open.size;
  }

  enter<Name extends string>(places: readonly Place<Name>[]): Entry<Name> {
    const counted = places.filter(({ max }) => max !== null);
    const full = counted.find(({ key, max }) => (this.#open.get(key) ?? 0) >= (max ?? 0));
    if (full !== undefined) return { type: "full", name: full.name };
    for (const { key } of counted) this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    let isOpen = true;
    const leave = () => {
      if (isOpen) for (const { key } of counted) this.#leave(key);
      isOpen = false;
    };
    return { type: "entered", leave };
  }

  #leave(key: string): void {
    const rest = (this.#open.get(key) ?? 0) - 1;
    if (rest > 0) this.#open.set(key, rest);
    else this.#open.delete(key);
  }
}
