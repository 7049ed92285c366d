/** Compaction against the real database: what it takes, what it must leave, and that no reader can tell. */
import { evolve, initialState } from "@skein/core/thread/evolve";
import type { ThreadEvent } from "@skein/timeline/event";
import { deriveProjection } from "@skein/timeline/project/derive-projection";
import { foldOpenItems } from "@skein/timeline/project/fold-open-items";
import { emptyTimeline } from "@skein/timeline/reduce/timeline";
import { arbitraryLog } from "@skein/timeline/testing/arbitrary-log";
import { fold } from "@skein/timeline/testing/fold";
import { verifyLog } from "@skein/timeline/verify/verify-log";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compactChunks } from "./compact-chunks.ts";
import { deleteThread } from "./create-thread.ts";
import { openTestLog } from "./open-test-log.ts";
import { type EventsPage, readEvents } from "./read-events.ts";
import { readOwnerEvents } from "./read-owner-events.ts";
import { readItemsPage } from "./read-pages.ts";
import {
  chunk,
  completedMessage,
  completedTurn,
  makeThread,
  startedMessage,
  startedTurn,
  type ThreadWriter,
} from "./testing.ts";

const { database, tenant, log } = await openTestLog();

async function eventsAfter(thread: ThreadWriter, afterSeq: number, limit = 10_000): Promise<EventsPage> {
  const page = await database.withTenant(tenant.tenantId, (sql) => readEvents(sql, thread.id, afterSeq, limit));
  if (page === null) throw new Error("no such thread");
  return page;
}

async function seqsOf(thread: ThreadWriter): Promise<number[]> {
  return (await eventsAfter(thread, 0)).events.map(({ seq }) => seq);
}

/** Later than any event of a test, whatever the clock says. */
const anyTime = -1e9;

/** Everything that may go. */
async function compactAll(): Promise<void> {
  while ((await compactChunks(database.log, anyTime, 50)).items > 0);
}

test("the chunks of a completed item go, the head stays", async () => {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1"), chunk("t1", "m1", "so "));
  await thread.write(log, chunk("t1", "m1", "far"), completedMessage("t1", "m1", "so far"), completedTurn("t1"));
  await compactAll();
  const { events, headSeq, more } = await eventsAfter(thread, 0);
  expect(events.map(({ type }) => type)).toEqual([
    "thread.created",
    "turn.started",
    "item.started",
    "item.completed",
    "turn.completed",
  ]);
  expect({ headSeq, more }).toEqual({ headSeq: 7, more: false });
});

test("an open item keeps every chunk", async () => {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1"), chunk("t1", "m1", "so "));
  await thread.write(log, startedMessage("t1", "m2"), chunk("t1", "m2", "x"), completedMessage("t1", "m2", "x"));
  await compactAll();
  expect(await seqsOf(thread)).toEqual([1, 2, 3, 4, 5, 7]);
});

test("an item that merely ended with its turn has its text nowhere else, and keeps it", async () => {
  const thread = await makeThread(database, tenant);
  await thread.write(
    log,
    startedTurn("t1"),
    startedMessage("t1", "m1"),
    chunk("t1", "m1", "cut "),
    completedTurn("t1"),
  );
  await compactAll();
  expect(await seqsOf(thread)).toEqual([1, 2, 3, 4, 5]);
});

test("an item that was completed a moment ago is left alone", async () => {
  const thread = await makeThread(database, tenant);
  const { append, committed } = thread.prepare(
    startedMessage("t1", "m1"),
    chunk("t1", "m1", "x"),
    completedMessage("t1", "m1", "x"),
  );
  const now = Date.now();
  const events = append.events.map((event) => ({ ...event, at: now }));
  const items = append.projection.items.map((row) => ({ ...row, completedAtMs: now }));
  await log.append({ ...append, events, projection: { ...append.projection, items } });
  committed();
  await compactChunks(database.log, 3600, 1000);
  expect(await seqsOf(thread)).toEqual([1, 2, 3, 4]);
});

test("a step is bounded, and steps get to the end", async () => {
  await compactAll();
  const thread = await makeThread(database, tenant);
  const chunks = Array.from({ length: 25 }, (_, index) => chunk("t1", "m1", `${index}`));
  await thread.write(log, startedMessage("t1", "m1"), ...chunks, completedMessage("t1", "m1", "all"));
  const steps: number[] = [];
  while (steps.at(-1) !== 0) steps.push((await compactChunks(database.log, anyTime, 10)).chunks);
  expect(steps).toEqual([10, 10, 5, 0]);
  expect(await seqsOf(thread)).toEqual([1, 2, 28]);
});

test("a thread that is being deleted is nobody's to compact, and neither waits for the other", async () => {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedMessage("t1", "m1"), chunk("t1", "m1", "x"), completedMessage("t1", "m1", "x"));
  await database.withTenant(tenant.tenantId, async (sql) => {
    expect(await deleteThread(sql, thread.id)).toBe(true);
    await compactAll();
  });
});

/** A reader that was following all along: it has applied every event up to `seq`, whatever was compacted when. */
class Follower {
  readonly events: ThreadEvent[] = [];
  seq = 0;
  readonly #thread: ThreadWriter;

  constructor(thread: ThreadWriter) {
    this.#thread = thread;
  }

  /** The next page; false: it was at the head. */
  async step(limit: number): Promise<boolean> {
    const { events, headSeq, more } = await eventsAfter(this.#thread, this.seq, limit);
    this.events.push(...events);
    this.seq = more ? (events.at(-1)?.seq ?? this.seq) : headSeq;
    return more;
  }
}

const numRuns = Number(process.env.SKEIN_TEST_DATABASE_RUNS ?? 25);
const schedule = fc.array(
  fc.record({
    write: fc.integer({ min: 1, max: 9 }),
    compact: fc.boolean(),
    read: fc.integer({ min: 0, max: 5 }),
    pages: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 1, maxLength: 30 },
);

test("readers of a log that is compacted while it grows end where readers of the whole log end", async () => {
  const property = fc.asyncProperty(arbitraryLog, schedule, async (events, steps) => {
    const thread = await makeThread(database, tenant);
    const bodies = events.map(({ seq: _, at: __, ...body }) => body);
    const whole: ThreadEvent[] = [...(await eventsAfter(thread, 0)).events];
    const follower = new Follower(thread);
    for (let start = 0, round = 0; start < bodies.length; round += 1) {
      const step = steps[round % steps.length];
      if (step === undefined) break;
      const { append, committed } = thread.prepare(...bodies.slice(start, start + step.write));
      whole.push(...append.events.map((event, index) => ({ ...event, seq: append.expectedSeq + index + 1 })));
      await log.append(append);
      committed();
      start += step.write;
      if (step.compact) await compactAll();
      for (let page = 0; page < step.pages; page += 1) await follower.step(step.read + 1);
    }
    while (await follower.step(3));
    expect(fold(follower.events)).toEqual({ ...fold(whole), seq: fold(follower.events).seq });
    await compactAll();
    await expectSameReads(thread, whole);
  });
  await fc.assert(property, { numRuns });
}, 600_000);

/** Rows made anew from what survives, and what readers of pages and new owners get, say what the whole log says. */
async function expectSameReads(thread: ThreadWriter, whole: readonly ThreadEvent[]): Promise<void> {
  const survivors = (await eventsAfter(thread, 0)).events;
  expect(verifyLog(survivors, thread.headSeq), "compaction breaks no rule").toEqual(verifyLog(whole));
  expect(rowsOf(thread, survivors)).toEqual(rowsOf(thread, whole));
  const read = await database.withTenant(tenant.tenantId, async (sql) => ({
    owner: await readOwnerEvents(sql, thread.id, 1),
    page: await readItemsPage(sql, thread.id, { from: null, direction: "asc", limit: 1000 }),
  }));
  const views = fold(whole).turns.flatMap(({ items }) => items);
  const page = foldOpenItems(read.page?.items ?? [], read.page?.openEvents ?? []);
  expect(new Map(page.map(({ itemId, item, completedAtMs }) => [itemId, { item, completedAtMs }]))).toEqual(
    new Map(views.map(({ item, completedAtMs }) => [item.id, { item, completedAtMs }])),
  );
  if (read.owner === null) throw new Error("no such thread");
  expect(read.owner.headSeq).toBe(whole.length);
  const openIds = new Set(views.flatMap(({ item, completedAtMs }) => (completedAtMs === null ? [item.id] : [])));
  expect(knowledge(read.owner.events, openIds)).toEqual(knowledge(whole, openIds));
}

function rowsOf(thread: ThreadWriter, events: readonly ThreadEvent[]) {
  const { turns, items } = deriveProjection(emptyTimeline, thread.id, events);
  return { turns, items };
}

/** What the agent knows. An item that merely ended with its turn stays in the knowledge of an owner that saw it start. */
function knowledge(events: readonly ThreadEvent[], openIds: ReadonlySet<string>) {
  const { seq: _, openItems, ...known } = events.reduce(evolve, initialState);
  return { ...known, openItems: [...openItems].filter(([id]) => openIds.has(id)) };
}
