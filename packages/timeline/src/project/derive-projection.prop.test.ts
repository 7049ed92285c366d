/** Rows written append by append, with a timeline that forgets ended turns, say what the fold of the whole log says. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ThreadEvent } from "../event.ts";
import { framedEventsOf } from "../frames.ts";
import { dropSettledTurns } from "../reduce/drop-settled.ts";
import { reduce } from "../reduce/reduce.ts";
import { emptyTimeline, type Timeline } from "../reduce/timeline.ts";
import { arbitraryLog } from "../testing/arbitrary-log.ts";
import { fold, threadId } from "../testing/fold.ts";
import { deriveProjection, type ItemRow, type TurnRow } from "./derive-projection.ts";
import { foldComments } from "./fold-comments.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 200);

class Tables {
  readonly turns = new Map<string, TurnRow>();
  readonly items = new Map<string, ItemRow>();
  preview: string | null = null;

  write({ turns, items, thread }: ReturnType<typeof deriveProjection>): void {
    for (const row of turns) this.turns.set(row.turnId, placed(row, this.turns.get(row.turnId)));
    for (const row of items) this.items.set(row.itemId, placed(row, this.items.get(row.itemId)));
    this.preview ??= thread.preview;
  }
}

function placed<R extends { readonly startedSeq: number | null }>(row: R, old: R | undefined): R {
  const startedSeq = old?.startedSeq ?? row.startedSeq;
  if (startedSeq === null) throw new Error("a new row without a place");
  return { ...row, startedSeq };
}

/** What a reader of the tables makes of an item: while it is open, events above `asOf` are folded in. */
function readItem(row: ItemRow, log: readonly ThreadEvent[]) {
  const { item, startedAtMs, completedAtMs, asOf } = row;
  const turn = {
    id: row.turnId,
    status: "inProgress",
    error: null,
    startedAt: null,
    completedAt: null,
    durationMs: null,
    ...{ plan: null, diff: null, errors: [], questions: [], warnings: [], decisions: [], comments: [] },
  };
  const timeline = {
    ...emptyTimeline,
    turns: [{ ...turn, items: [{ item, startedAtMs, completedAtMs, asOf }], asOf: 0 }],
  } as Timeline;
  const chunks = log.filter((event) => "itemId" in event && event.itemId === row.itemId && event.seq > asOf);
  const events = completedAtMs === null ? chunks.flatMap((event) => framedEventsOf(threadId, event)) : [];
  return events.reduce(reduce, timeline).turns[0]?.items[0];
}

test("rows of any division into appends equal the fold", () => {
  const property = fc.property(
    arbitraryLog,
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
    (log, sizes) => {
      const tables = new Tables();
      let before = emptyTimeline;
      for (let start = 0, round = 0; start < log.length; round += 1) {
        const end = start + (sizes[round % sizes.length] ?? 1);
        const projection = deriveProjection(before, threadId, log.slice(start, end));
        tables.write(projection);
        before = dropSettledTurns(projection.after);
        start = end;
      }
      const whole = fold(log);
      const turns = [...tables.turns.values()].sort((a, b) => (a.startedSeq ?? 0) - (b.startedSeq ?? 0));
      // A turn has long been let go of when somebody comments on it: its row stays as it is, and pages fold the comments anew.
      expect(turns.map(({ startedSeq: _, asOf: __, turnId: id, ...row }) => ({ id, ...row }))).toEqual(
        whole.turns.map(({ items: _, asOf: __, comments: ___, ...turn }) => turn),
      );
      const silent = fold(log.filter(({ type }) => !type.startsWith("comment.")));
      for (const [index, { asOf }] of turns.entries()) {
        expect(asOf).toBeGreaterThanOrEqual(silent.turns[index]?.asOf ?? Number.NaN);
        expect(asOf).toBeLessThanOrEqual(whole.turns[index]?.asOf ?? Number.NaN);
      }
      expect(foldComments(log)).toEqual(expect.arrayContaining(whole.turns.flatMap(({ comments }) => comments)));
      expect(foldComments(log)).toHaveLength(whole.turns.flatMap(({ comments }) => comments).length);
      const items = [...tables.items.values()].sort((a, b) => (a.startedSeq ?? 0) - (b.startedSeq ?? 0));
      for (const turn of whole.turns) {
        const rows = items.filter(({ turnId }) => turnId === turn.id);
        expect(rows.map((row) => readItem(row, log))).toEqual(turn.items);
      }
      expect(tables.preview).toBe("do turn-1");
    },
  );
  fc.assert(property, { numRuns });
});
