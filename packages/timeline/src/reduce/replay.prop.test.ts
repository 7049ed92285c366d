/**
 * The contract of replay: however a log is cut into frames, repeated, compacted, and whatever pages are loaded when, a
 * reader ends with the full fold of the log, restricted to the window it has loaded.
 */
import type { ThreadEvents } from "@skein/protocol/replay";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ThreadEvent } from "../event.ts";
import { frameOf } from "../frames.ts";
import { arbitraryLog } from "../testing/arbitrary-log.ts";
import { compact, fold, threadId } from "../testing/fold.ts";
import { pageOf, threadStateOf } from "../testing/page-of.ts";
import { applyFrame } from "./frame.ts";
import { loadPage, openTimeline } from "./page.ts";
import type { Timeline } from "./timeline.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 300);

/** Positions are fractions of what is possible at that moment. (`fc.double` would give hardly anything but tiny ones.) */
const fraction = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("frame" as const), from: fraction, to: fraction }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("repeat" as const), which: fraction }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("skip" as const), from: fraction }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("page" as const),
      asOf: fraction,
      overlap: fc.nat(3),
      limit: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("reset" as const), asOf: fraction, limit: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("compact" as const), salt: fc.nat(), head: fraction }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

class Reader {
  timeline: Timeline;
  readonly #log: readonly ThreadEvent[];
  readonly #seen: ThreadEvents[] = [];
  #stored: readonly ThreadEvent[];

  constructor(log: readonly ThreadEvent[], openedAt: number, limit: number) {
    this.#log = log;
    this.#stored = log;
    this.timeline = this.#open(openedAt, limit);
  }

  get head(): number {
    return this.#log.length;
  }

  step(action: Action): void {
    switch (action.do) {
      case "frame":
        this.deliver(at(action.from, 0, this.timeline.seq), at(action.to, this.timeline.seq, this.head));
        break;
      case "repeat":
        this.#repeat(action.which);
        break;
      case "skip":
        this.#skip(action.from);
        break;
      case "page":
        this.#loadOlder(at(action.asOf, this.timeline.window.openedAt, this.head), action.limit, action.overlap);
        break;
      case "reset":
        this.timeline = this.#open(at(action.asOf, this.timeline.seq, this.head), action.limit);
        break;
      case "compact":
        this.#stored = compact(this.#stored, at(action.head, 0, this.head), (id) => hash(id + action.salt) % 2 === 0);
    }
  }

  deliver(from: number, to: number): void {
    const events = this.#stored.filter(({ seq }) => seq > from && seq <= to);
    const frame = frameOf(threadId, { from, to, events, cursor: "", upToDate: to === this.head });
    this.#seen.push(frame);
    const result = applyFrame(this.timeline, frame);
    if (result.kind === "gap") throw new Error(`unexpected gap at ${from}`);
    this.timeline = result.timeline;
    expect(this.timeline.seq).toBeGreaterThanOrEqual(to);
  }

  #open(openedAt: number, limit: number): Timeline {
    const whole = fold(this.#log, openedAt);
    return openTimeline(pageOf(whole, null, limit), threadStateOf(whole));
  }

  #repeat(which: number): void {
    const frame = this.#seen[at(which, 0, this.#seen.length - 1)];
    if (frame === undefined || frame.to > this.timeline.seq) return;
    expect(applyFrame(this.timeline, frame)).toEqual({ kind: "applied", timeline: this.timeline });
  }

  #skip(fraction: number): void {
    if (this.timeline.seq + 1 >= this.head) return;
    const from = at(fraction, this.timeline.seq + 1, this.head - 1);
    const events = this.#stored.filter(({ seq }) => seq > from);
    const frame = frameOf(threadId, { from, to: this.head, events, cursor: "", upToDate: true });
    expect(applyFrame(this.timeline, frame)).toEqual({ kind: "gap" });
  }

  /** The page may reach into what is loaded already, and may have been read before or after the timeline's seq. */
  #loadOlder(asOf: number, limit: number, overlap: number): void {
    const { olderCursor } = this.timeline.window;
    if (olderCursor === null) return;
    const loaded = this.timeline.turns.flatMap(({ items }) => items.map(({ item }) => item.id));
    const whole = fold(this.#log, asOf);
    const known = new Set(whole.turns.flatMap(({ items }) => items.map(({ item }) => item.id)));
    const cursor = overlap === 0 ? olderCursor : (loaded.filter((id) => known.has(id))[overlap] ?? olderCursor);
    const result = loadPage(this.timeline, pageOf(whole, cursor, limit + 3 * overlap));
    if (result.kind === "applied") this.timeline = result.timeline;
    else expect(asOf).toBeLessThan(this.timeline.seq);
  }
}

function at(fraction: number, low: number, high: number): number {
  return low + Math.round(fraction * Math.max(0, high - low));
}

function hash(text: string): number {
  return [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0, 7);
}

/** What a reader shows, without how it came to know it. */
function shown(timeline: Timeline, window: Timeline) {
  const firstTurn = window.turns[0];
  const firstItem = firstTurn?.items[0]?.item.id;
  const from = timeline.turns.findIndex(({ id }) => id === firstTurn?.id);
  const turns = (firstTurn === undefined ? [] : timeline.turns.slice(from)).map(
    ({ asOf: _, items, ...turn }, index) => {
      const views = items.map(({ asOf: _, ...view }) => view);
      const start = index === 0 ? views.findIndex(({ item }) => item.id === firstItem) : 0;
      return { ...turn, items: start < 0 ? [] : views.slice(start) };
    },
  );
  const { seq, pendingApprovals, tokenUsage, name, archived, warnings, activeTurnId } = timeline;
  return { turns, seq, pendingApprovals, tokenUsage, name, archived, warnings, activeTurnId };
}

function expectSameView(reader: Timeline, whole: Timeline): void {
  expect(shown(reader, reader)).toEqual(shown(whole, reader));
  if (!reader.window.hasOlder) expect(reader.turns.length).toBe(whole.turns.length);
}

test("any frames, repeats, gaps, compactions, pages and resets lead to the full fold restricted to the window", () => {
  const property = fc.property(
    arbitraryLog,
    fraction,
    fc.integer({ min: 1, max: 8 }),
    fc.array(action, { maxLength: 40 }),
    (log, openedAt, limit, actions) => {
      const reader = new Reader(log, at(openedAt, 0, log.length), limit);
      for (const next of actions) reader.step(next);
      reader.deliver(reader.timeline.seq, reader.head);
      expectSameView(reader.timeline, fold(log));
    },
  );
  fc.assert(property, { numRuns });
});

test("a frame that brings nothing new gives back the very same timeline", () => {
  const property = fc.property(arbitraryLog, fraction, fraction, (log, from, to) => {
    const whole = fold(log);
    const end = at(to, 0, log.length);
    const start = at(from, 0, end);
    const events = log.filter(({ seq }) => seq > start && seq <= end);
    const result = applyFrame(whole, frameOf(threadId, { from: start, to: end, events, cursor: "", upToDate: false }));
    expect(result.kind === "applied" && result.timeline).toBe(whole);
  });
  fc.assert(property, { numRuns });
});

test("folding leaves what an event does not touch identical, so that a view can compare by reference", () => {
  const property = fc.property(arbitraryLog, (log) => {
    for (const event of log) {
      if (event.type !== "item.chunk") continue;
      const before = fold(log, event.seq - 1);
      const result = applyFrame(
        before,
        frameOf(threadId, { from: event.seq - 1, to: event.seq, events: [event], cursor: "", upToDate: false }),
      );
      if (result.kind === "gap") throw new Error("gap");
      const changed = result.timeline.turns.filter((turn, index) => turn !== before.turns[index]);
      expect(changed.map(({ id }) => id)).toEqual([event.turnId]);
      const was = before.turns.find(({ id }) => id === event.turnId)?.items ?? [];
      const items = changed[0]?.items ?? [];
      expect(items.filter((view, index) => view !== was[index]).map(({ item }) => item.id)).toEqual([event.itemId]);
      return;
    }
  });
  fc.assert(property, { numRuns });
});
