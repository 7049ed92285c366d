/** What a viewer holds is the redaction of what the log folds to, whenever they come and wherever the stream is cut. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ThreadEvent } from "../event.ts";
import { framedEventsOf } from "../frames.ts";
import type { ItemRow, TurnRow } from "../project/derive-projection.ts";
import { foldComments } from "../project/fold-comments.ts";
import { reduce } from "../reduce/reduce.ts";
import { emptyTimeline, type Timeline } from "../reduce/timeline.ts";
import { arbitraryLog } from "../testing/arbitrary-log.ts";
import { fold, threadId } from "../testing/fold.ts";
import { noOpenTexts, redactEvent } from "./redact-event.ts";
import { redactItemRow, redactTurnRow } from "./redact-rows.ts";
import type { RedactionRules } from "./redaction-rules.ts";
import { nothingOpen, restoreView, type View, viewEvents } from "./view.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 100);
/** Short ones, so that the random texts of the logs hold them. */
const rules: RedactionRules = { values: ["do turn", "name 1", "abcd"], workspaces: ["/desk"] };
const fraction = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
const place = (fraction: number, log: readonly ThreadEvent[]) => Math.round(fraction * log.length);

function foldOf(events: readonly ThreadEvent[], timeline: Timeline = emptyTimeline): Timeline {
  return events.flatMap((event) => framedEventsOf(threadId, event)).reduce(reduce, timeline);
}

/** Up to `seq`, from the event after `from` on. */
function viewed(log: readonly ThreadEvent[], from: number, seq: number) {
  const events = log.filter((event) => event.seq > from && event.seq <= seq);
  return viewEvents(nothingOpen, events, rules);
}

/** What the database would say was open at `seq`. */
function openAt(log: readonly ThreadEvent[], from: number, seq: number): View {
  const before = log.filter((event) => event.seq > from && event.seq <= seq);
  const ended = new Set(before.flatMap((event) => (event.type === "turn.completed" ? [event.turnId] : [])));
  const closed = new Set(before.flatMap((event) => (event.type === "item.completed" ? [event.item.id] : [])));
  const begun = new Set(before.flatMap((event) => (event.type === "turn.started" ? [event.turnId] : [])));
  const items = before.flatMap((event) =>
    event.type === "item.started" && begun.has(event.turnId) && !closed.has(event.item.id) ? [event.item.id] : [],
  );
  const chunks = before.filter((event) => event.type === "item.chunk" && items.includes(event.itemId));
  return restoreView({ turns: [...begun].filter((id) => !ended.has(id)), begun: [...begun], items, chunks }, [], rules);
}

const turnStarts = (log: readonly ThreadEvent[]) =>
  log.filter(({ type }) => type === "turn.started").map(({ seq }) => seq - 1);

test("whoever comes back goes on as if they had never been away", () => {
  const property = fc.property(arbitraryLog, fraction, fraction, fc.nat(5), (log, first, second, which) => {
    const starts = turnStarts(log);
    const from = starts[which % starts.length] ?? 0;
    const [left, end] = [place(first, log), place(second, log)].toSorted((a, b) => a - b) as [number, number];
    const seq = Math.max(left, from);
    const missed = log.filter((event) => event.seq > seq && event.seq <= end);
    const stayed = viewEvents(viewed(log, from, seq).view, missed, rules);
    expect(viewEvents(openAt(log, from, seq), missed, rules).events).toEqual(stayed.events);
  });
  fc.assert(property, { numRuns });
});

test("what compaction has left of an item's chunks is not shown, and the item is when it ends", () => {
  const property = fc.property(arbitraryLog, fraction, fc.integer({ min: 2, max: 4 }), (log, cut, every) => {
    fc.pre(!hasLooseEnds(log));
    const seq = place(cut, log);
    const ended = log.flatMap((event) => (event.type === "item.completed" ? [event.item.id] : []));
    const isGone = (event: ThreadEvent) =>
      event.type === "item.chunk" && ended.includes(event.itemId) && event.seq % every === 0;
    const left = log.filter((event) => !isGone(event));
    const open = { turns: [], begun: null, items: [], chunks: [] };
    const before = viewEvents(restoreView(open, ended, rules), left.slice(0, seq), rules);
    const after = viewEvents(before.view, left.slice(seq), rules).events;
    const whole = foldOf(viewed(log, 0, log.length).events);
    const shown = foldOf([...before.events, ...after]);
    const endedOf = ({ turns }: Timeline) =>
      turns.flatMap(({ items }) => items.filter(({ item }) => ended.includes(item.id)));
    expect(endedOf(shown)).toEqual(endedOf(whole));
    expect(
      [...before.events, ...after].some((event) => event.type === "item.chunk" && ended.includes(event.itemId)),
    ).toBe(false);
  });
  fc.assert(property, { numRuns });
});

test("of turns that began before the share nothing is shown, whatever goes on in them", () => {
  const property = fc.property(arbitraryLog, fc.nat(5), (log, which) => {
    const starts = turnStarts(log);
    const from = starts[which % starts.length] ?? 0;
    const hidden = log.flatMap((event) => (event.type === "turn.started" && event.seq <= from ? [event.turnId] : []));
    const text = JSON.stringify(viewed(log, from, log.length).events);
    for (const turnId of hidden) expect(text).not.toContain(`"${turnId}"`);
  });
  fc.assert(property, { numRuns });
});

/** Turns may not leave anything open that no later event closes: no log of the server's does. */
function hasLooseEnds(log: readonly ThreadEvent[]): boolean {
  const closed = new Set(log.flatMap((event) => (event.type === "item.completed" ? [event.item.id] : [])));
  return log.some(
    (event) => event.type === "item.started" && event.item.type !== "command" && !closed.has(event.item.id),
  );
}

test("a redacted page is the fold of the redacted log, open items with their text so far included", () => {
  const property = fc.property(arbitraryLog, fraction, (log, until) => {
    fc.pre(!hasLooseEnds(log));
    const seq = place(until, log);
    const whole = fold(log, seq);
    const seen = foldOf(viewed(log, 0, seq).events);
    const comments = Map.groupBy(
      foldComments(log.slice(0, seq).flatMap((event) => redactEvent(noOpenTexts, event, rules).event ?? [])),
      ({ turnId }) => turnId,
    );
    const page = whole.turns.map((turn) => ({ ...redactedTurn(turn), comments: comments.get(turn.id) ?? [] }));
    expect(page).toEqual(
      seen.turns.map(({ asOf: _, items, ...turn }) => ({ ...turn, items: items.map(({ asOf: _, ...view }) => view) })),
    );
  });
  fc.assert(property, { numRuns });
});

function redactedTurn({ id, items, comments: _, ...turn }: Timeline["turns"][number]) {
  const row: TurnRow = { ...turn, turnId: id, startedSeq: null };
  const { turnId, startedSeq: __, asOf: ___, ...shown } = redactTurnRow(row, rules);
  const rows = items.map((view): ItemRow => ({ ...view, itemId: view.item.id, turnId, startedSeq: null }));
  const views = rows
    .flatMap((row) => redactItemRow(row, rules) ?? [])
    .map(({ item, startedAtMs, completedAtMs }) => ({
      item,
      startedAtMs,
      completedAtMs,
    }));
  return { ...shown, id, items: views };
}
