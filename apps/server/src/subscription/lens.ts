/** What viewers are shown of the events that a channel publishes, one after the other. */
import type { ThreadEvent } from "@skein/timeline/event";
import type { RedactionRules } from "@skein/timeline/redact/redaction-rules";
import { type View, viewEvents } from "@skein/timeline/redact/view";

export class Lens {
  readonly #rules: RedactionRules;
  #view: View | null = null;

  constructor(rules: RedactionRules) {
    this.#rules = rules;
  }

  /** Whether it takes out exactly these known secrets. */
  hides(values: readonly string[]): boolean {
    const known = new Set(this.#rules.values);
    return known.size === new Set(values).size && values.every((value) => known.has(value));
  }

  /** False: what is open where the channel stands is not known. It comes with what is read. */
  get isReady(): boolean {
    return this.#view !== null;
  }

  /** The events that follow those that were seen. */
  see(events: readonly ThreadEvent[]): readonly ThreadEvent[] {
    if (this.#view === null) throw new Error("what is open is not known");
    const seen = viewEvents(this.#view, events, this.#rules);
    this.#view = seen.view;
    return seen.events;
  }

  adopt(view: View): void {
    this.#view = view;
  }

  lose(): void {
    this.#view = null;
  }
}
