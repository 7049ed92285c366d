/** An owner that goes on from a snapshot knows what one knows that has read the whole log, wherever the snapshot was made. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { evolve, initialState } from "@skein/core/thread/evolve";
import type { ThreadEvent } from "@skein/timeline/event";
import { deriveProjection } from "@skein/timeline/project/derive-projection";
import { dropSettledTurns } from "@skein/timeline/reduce/drop-settled";
import { emptyTimeline } from "@skein/timeline/reduce/timeline";
import { arbitraryLog } from "@skein/timeline/testing/arbitrary-log";
import { compact, threadId } from "@skein/timeline/testing/fold";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import fc from "fast-check";
import { expect, test } from "vitest";
import { foldOwned } from "./fold-owned.ts";
import {
  decodeKnowledge,
  encodeKnowledge,
  isSnapshotDue,
  type OwnerKnowledge,
  snapshotVersion,
} from "./owner-snapshot.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 200);
const empty: OwnerKnowledge = { state: initialState, timeline: emptyTimeline };

/** As the owner does it, append by append. */
function own(before: OwnerKnowledge, events: readonly ThreadEvent[], size: number): OwnerKnowledge {
  let { state, timeline } = before;
  for (let start = 0; start < events.length; start += size) {
    const batch = events.slice(start, start + size);
    timeline = dropSettledTurns(deriveProjection(timeline, threadId, batch).after);
    state = batch.reduce(evolve, state);
  }
  return { state, timeline };
}

/** Without the seq, which an event of no interest may have moved, and without what concerns readers alone. */
function known({ state, timeline }: OwnerKnowledge) {
  const { window: _, seq: __, warnings: ___, handOvers: ____, ...shown } = timeline;
  return { state: { ...state, history: state.history.shared.slice(0, state.history.length) }, timeline: shown };
}

function next(from: OwnerKnowledge, seq: number, events: readonly ThreadEvent[], headSeq: number): OwnerKnowledge {
  const snapshot = { seq, state: JSON.parse(encodeKnowledge(from)) };
  const loaded = { snapshot, events: events.filter((event) => event.seq > seq), completeFrom: seq + 1, headSeq };
  return foldOwned({ tenantId: "", threadId }, 1n, loaded);
}

test("snapshot and tail equal the whole log, after one change of owner or two, compacted or not", () => {
  const cut = fc.integer({ min: 0, max: 1000 });
  const property = fc.property(
    arbitraryLog,
    cut,
    cut,
    fc.integer({ min: 1, max: 9 }),
    fc.boolean(),
    (log, a, b, size, holes) => {
      const [first = 0, second = 0] = [a, b]
        .map((part) => Math.round((part / 1000) * log.length))
        .sort((x, y) => x - y);
      const stored = holes ? compact(log, log.length, () => true) : log;
      const whole = own(empty, log, size);
      const beforeSecond = next(
        own(empty, log.slice(0, first), size),
        first,
        stored.filter(({ seq }) => seq <= second),
        second,
      );
      expect(known(next(beforeSecond, second, stored, log.length))).toEqual(known(whole));
    },
  );
  fc.assert(property, { numRuns });
});

test("what is decoded encodes to the same text, and its history can be continued", () => {
  const property = fc.property(arbitraryLog, (log) => {
    const text = encodeKnowledge(own(empty, log, 3));
    const again = decodeKnowledge(JSON.parse(text));
    expect(encodeKnowledge(again)).toBe(text);
    expect(own(again, [], 1).state.history.length).toBe(again.state.history.shared.length);
  });
  fc.assert(property, { numRuns });
});

test("a snapshot is due after 500 events, and later where the history is long", () => {
  const due = (events: number, items: number) => isSnapshotDue(events, { history: { length: items, shared: [] } });
  expect([due(499, 0), due(500, 0), due(500, 1000), due(4000, 1000)]).toEqual([false, true, false, true]);
});

/** Logs that hold every type of event. */
const corpus = new URL("../../../../packages/timeline/corpus/", import.meta.url);
const shapePath = new URL("snapshot-shape.json", import.meta.url);

/**
 * A snapshot that an earlier build wrote is used as it is. So whoever changes what is kept raises `snapshotVersion`, and writes
 * the shape anew: SKEIN_WRITE_SNAPSHOT_SHAPE=1 vitest run --project unit owner-snapshot
 */
test("the shape of what is kept belongs to its version", () => {
  const states = readdirSync(corpus).flatMap((name) => {
    const log = (JSON.parse(readFileSync(new URL(name, corpus), "utf8")) as StoredEvent[]).map(upcast);
    return log.map((_, index) => JSON.parse(encodeKnowledge(own(empty, log.slice(0, index + 1), 1))));
  });
  const shape = [...new Set(states.flatMap((state) => shapeOf(state, "")))].sort();
  if (process.env.SKEIN_WRITE_SNAPSHOT_SHAPE !== undefined) {
    writeFileSync(shapePath, `${JSON.stringify({ version: snapshotVersion, shape }, null, 2)}\n`);
  }
  expect(JSON.parse(readFileSync(shapePath, "utf8"))).toEqual({ version: snapshotVersion, shape });
});

function shapeOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => shapeOf(entry, `${path}[]`));
  if (typeof value !== "object" || value === null) return [`${path}: ${value === null ? "null" : typeof value}`];
  return Object.entries(value).flatMap(([key, entry]) => shapeOf(entry, `${path}.${key}`));
}
