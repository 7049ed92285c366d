/** What has changed below a watched path and was not told yet. Too many children at once are told as a change of the path itself. */
import { maxChanged } from "./watch-task.ts";

/** null: the path itself; else a direct child of it. */
export type Changed = string | null;

export class Changes {
  readonly #names = new Set<Changed>();
  #isTooMuch = false;

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  add(name: Changed): void {
    if (this.#isTooMuch) return;
    this.#names.add(name);
    if (this.#names.size <= maxChanged) return;
    this.#names.clear();
    this.#names.add(null);
    this.#isTooMuch = true;
  }

  /** The path itself first, the children by name. */
  take(): readonly Changed[] {
    const names = [...this.#names].sort((one, other) => {
      if (one === null || other === null) return one === null ? -1 : 1;
      return one < other ? -1 : one > other ? 1 : 0;
    });
    this.#names.clear();
    this.#isTooMuch = false;
    return names;
  }
}
