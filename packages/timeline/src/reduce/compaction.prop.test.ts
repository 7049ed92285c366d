/**
 * Compaction while logs are read: a model of the server, in which a log grows, is compacted and is read in pages of any size,
 * all in any order. Every reader must end where the fold of the whole log ends. The same model with one rule broken must
 * be caught, or it would prove nothing.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ThreadEvent } from "../event.ts";
import { frameOf } from "../frames.ts";
import { arbitraryLog } from "../testing/arbitrary-log.ts";
import { fold, threadId } from "../testing/fold.ts";
import { applyFrame } from "./frame.ts";
import { emptyTimeline, type Timeline } from "./timeline.ts";

const numRuns = Number(process.env.SKEIN_TEST_COMPACTIONS ?? 500);

interface Rules {
  /** What a page is complete up to is read together with its rows. */
  readonly headWithRows: boolean;
  /** Chunks go only after their item's completion is in the log. */
  readonly afterCompletion: boolean;
  /** An item that was closed by the end of its turn keeps its chunks. */
  readonly byCompletionOnly: boolean;
}

const theRules: Rules = { headWithRows: true, afterCompletion: true, byCompletionOnly: true };

class Server {
  readonly log: readonly ThreadEvent[];
  readonly #rules: Rules;
  #stored: readonly ThreadEvent[] = [];
  head = 0;

  constructor(log: readonly ThreadEvent[], rules: Rules) {
    this.log = log;
    this.#rules = rules;
  }

  append(count: number): void {
    this.#stored = [...this.#stored, ...this.log.slice(this.head, this.head + count)];
    this.head = Math.min(this.head + count, this.log.length);
  }

  /** Some of the items that may be, in steps that end anywhere. */
  compact(salt: number, limit: number): void {
    const done = new Set(this.#stored.flatMap((event) => this.#closedBy(event)));
    let left = limit;
    this.#stored = this.#stored.filter((event) => {
      if (event.type !== "item.chunk" && event.type !== "item.summaryPart") return true;
      if (left === 0 || !done.has(event.itemId) || hash(event.itemId + salt) % 2 === 0) return true;
      left -= 1;
      return false;
    });
  }

  /** `meanwhile` happens between the statements of a reader that takes two. */
  read(afterSeq: number, limit: number, meanwhile: () => void) {
    const found = this.#stored.filter(({ seq }) => seq > afterSeq).slice(0, limit + 1);
    if (!this.#rules.headWithRows) meanwhile();
    const { head } = this;
    if (this.#rules.headWithRows) meanwhile();
    const events = found.slice(0, limit);
    return { events, to: found.length > limit ? (events.at(-1)?.seq ?? head) : head, head };
  }

  #closedBy(event: ThreadEvent): string[] {
    const { afterCompletion, byCompletionOnly } = this.#rules;
    if (event.type === "item.completed") return [event.item.id];
    if (event.type === "item.started" && !afterCompletion) return [event.item.id];
    if (event.type !== "turn.completed" || byCompletionOnly) return [];
    return this.#stored.flatMap((other) =>
      other.type === "item.started" && other.turnId === event.turnId ? [other.item.id] : [],
    );
  }
}

class Reader {
  timeline: Timeline = emptyTimeline;

  /** False: at the head. */
  step(server: Server, limit: number, meanwhile: () => void): boolean {
    const from = this.timeline.seq;
    const { events, to, head } = server.read(from, limit, meanwhile);
    const result = applyFrame(
      this.timeline,
      frameOf(threadId, { from, to, events, cursor: "", upToDate: to === head }),
    );
    if (result.kind === "gap") throw new Error(`a gap after ${from}`);
    this.timeline = result.timeline;
    return to < head;
  }
}

const action = fc.record({
  append: fc.nat(12),
  compact: fc.option(fc.record({ salt: fc.nat(7), limit: fc.integer({ min: 1, max: 40 }) })),
  reader: fc.nat(2),
  limit: fc.integer({ min: 1, max: 12 }),
});
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

function hash(text: string): number {
  return [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0, 7);
}

function act(server: Server, { append, compact }: Action): void {
  server.append(append);
  if (compact !== null) server.compact(compact.salt, compact.limit);
}

function propertyUnder(rules: Rules) {
  return fc.property(arbitraryLog, fc.array(action, { minLength: 1, maxLength: 40 }), (log, actions) => {
    const server = new Server(log, rules);
    const readers = [new Reader(), new Reader(), new Reader()];
    for (const next of actions) readers[next.reader]?.step(server, next.limit, () => act(server, next));
    server.append(log.length);
    const whole = fold(log);
    for (const [index, reader] of readers.entries()) {
      while (reader.step(server, index + 1, () => {}));
      expect(reader.timeline.turns.map(shown)).toEqual(whole.turns.map(shown));
      expect({ ...reader.timeline, turns: [] }).toEqual({ ...whole, turns: [] });
    }
  });
}

/** Without `asOf`, which says from which event a reader knows what it knows. */
function shown({ asOf: _, items, ...turn }: Timeline["turns"][number]) {
  return { ...turn, items: items.map(({ asOf: __, ...view }) => view) };
}

test("whatever is compacted while it is read, readers end with the fold of the whole log", { timeout: 600_000 }, () => {
  fc.assert(propertyUnder(theRules), { numRuns });
});

test.each<keyof Rules>(["headWithRows", "afterCompletion", "byCompletionOnly"])(
  "without %s a reader is lost",
  (rule) => {
    const broken = fc.check(propertyUnder({ ...theRules, [rule]: false }), { numRuns: 300, endOnFailure: true });
    expect(broken.failed).toBe(true);
  },
);
