/** Bodies apart from their rows: exact, kept once, gone with the last thread that refers to them, and never a moment earlier. */
import type { ThreadEventBody } from "@skein/timeline/event";
import { UnknownEventVersion, upcast } from "@skein/timeline/upcast";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openPool, type Transaction } from "../database/pools.ts";
import { deleteThread, forkThread } from "./create-thread.ts";
import { encodeAppend, encodeBatch } from "./encode-append.ts";
import { openTestLog } from "./open-test-log.ts";
import { readEvents } from "./read-events.ts";
import { readItemsPage, readTurnsPage } from "./read-pages.ts";
import { maxInlineChars } from "./split-bodies.ts";
import { sweepBlobs } from "./sweep-blobs.ts";
import { completedMessage, makeThread, newThread, startedMessage, startedTurn, ThreadWriter } from "./testing.ts";

const { database, tenant, log } = await openTestLog();

const withTenant = <T>(work: (sql: Transaction) => Promise<T>) => database.withTenant(tenant.tenantId, work);
const long = (unit: string) => unit.repeat(Math.ceil((maxInlineChars + 1) / unit.length));

async function blobCount(): Promise<number> {
  const [row] = await withTenant((sql) => sql<[{ blobs: bigint }]>`select count(*) as blobs from blobs`);
  return Number(row.blobs);
}

async function sweepAll(): Promise<void> {
  while ((await sweepBlobs(database.log, 100)) > 0);
}

async function eventsOf(thread: ThreadWriter, afterSeq = 0) {
  return (await withTenant((sql) => readEvents(sql, thread.id, afterSeq, 1000)))?.events ?? [];
}

function modelItems(items: readonly unknown[]): ThreadEventBody {
  return { type: "model.items", turnId: "t1", items, context: null };
}

test("what was written long is read as it was, byte for byte", async () => {
  const thread = await makeThread(database, tenant);
  const unit = fc.string({
    unit: fc.constantFrom("a", '"', "\\", "\0", "\ud800", "\udc00", "😀", "\u001e", "\n"),
    minLength: 1,
    maxLength: 8,
  });
  const string = fc.tuple(unit, fc.boolean()).map(([text, isLong]) => (isLong ? long(text) : text));
  const items = fc.array(fc.oneof(string, fc.dictionary(string, string), fc.array(string)), {
    minLength: 1,
    maxLength: 5,
  });
  const property = fc.asyncProperty(items, async (written) => {
    const { from } = await thread.write(log, modelItems(written));
    const [event] = await eventsOf(thread, from - 1);
    expect(JSON.stringify(event?.type === "model.items" && event.items) === JSON.stringify(written)).toBe(true);
    const [row] = await withTenant(
      (sql) =>
        sql<
          [{ text: string }]
        >`select payload::text as text from whole_events where thread_id = ${thread.id} and seq = ${from}`,
    );
    expect(row.text === JSON.stringify({ turnId: "t1", items: written, context: null })).toBe(true);
  });
  await fc.assert(property, { numRuns: Number(process.env.SKEIN_TEST_DATABASE_RUNS ?? 25) });
}, 600_000);

test("an event, its item's row and a fork keep one body together, and show it whole", async () => {
  const before = await blobCount();
  const thread = await makeThread(database, tenant);
  const text = long("kept once \u0000");
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1"), completedMessage("t1", "m1", text));
  await thread.write(log, { type: "diff.updated", turnId: "t1", diff: text }, modelItems([text, text]));
  const copy = new ThreadWriter(newThread().id, 1n, thread.headSeq, thread.timeline);
  const forked = { ...newThread(copy.id), forkedFromId: thread.id };
  const { append } = copy.prepare({ type: "thread.named", name: "a copy" });
  const source = { threadId: thread.id, headSeq: thread.headSeq };
  await withTenant((sql) => forkThread(sql, source, forked, { nodeId: "node-a", leaseSeconds: 60 }, append));
  expect(await blobCount()).toBe(before + 1);

  expect(await withTenant((sql) => deleteThread(sql, thread.id))).toBe(true);
  await sweepAll();
  const page = { from: null, direction: "asc", limit: 10 } as const;
  const [items, turns] = await withTenant((sql) =>
    Promise.all([readItemsPage(sql, copy.id, page), readTurnsPage(sql, copy.id, { ...page, items: "all" })]),
  );
  expect(items?.items).toEqual([expect.objectContaining({ item: expect.objectContaining({ text }) })]);
  expect(turns?.turns).toEqual([expect.objectContaining({ diff: text })]);
  expect(turns?.items).toEqual(items?.items);
  const last = (await eventsOf(copy)).find(({ type }) => type === "model.items");
  expect(last).toMatchObject({ items: [text, text] });

  expect(await withTenant((sql) => deleteThread(sql, copy.id))).toBe(true);
  await sweepAll();
  expect(await blobCount()).toBe(before);
});

test("a page that is bounded in bytes counts what is kept apart", async () => {
  const thread = await makeThread(database, tenant);
  for (const unit of ["a", "b", "c"]) await thread.write(log, modelItems([long(unit)]));
  const bounds = { maxBytes: maxInlineChars + 1000, without: new Set<never>() };
  const page = await withTenant((sql) => readEvents(sql, thread.id, 1, 10, bounds));
  expect(page).toMatchObject({ more: true, events: [{ items: [long("a")] }, { items: [long("b")] }] });
});

test("the same text of two tenants is two bodies, and neither sees the other's", async () => {
  const stranger = await database.addTenant();
  const text = long("the same for both");
  for (const owner of [tenant, stranger]) {
    const thread = await makeThread(database, owner);
    await thread.write(log, startedMessage("t1", "m1", text));
    await database.withTenant(owner.tenantId, (sql) => deleteThread(sql, thread.id));
    if (owner === tenant) await sweepAll();
  }
  const count = (tenantId: string) =>
    database.withTenant(tenantId, (sql) => sql<[{ n: bigint }]>`select count(*) as n from blobs`);
  expect(await count(stranger.tenantId)).toEqual([{ n: 1n }]);
});

test("a build that knows no bodies refuses the event instead of showing it empty", async () => {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedMessage("t1", "m1", long("x")));
  const [row] = await withTenant(
    (sql) => sql<[{ type: string; version: number; payload: unknown }]>`
      select type, version, payload from thread_events where thread_id = ${thread.id} and seq = 2`,
  );
  expect(() => upcast({ ...row, seq: 2, at: 0 })).toThrow(UnknownEventVersion);
});

test("an append that writes nothing keeps nothing", async () => {
  const before = await blobCount();
  const thread = await makeThread(database, tenant);
  const { append } = thread.prepare(startedMessage("t1", "m1", long("refused")));
  await expect(log.append({ ...append, fence: 0n })).rejects.toThrow("another node owns");
  expect(await blobCount()).toBe(before);
});

/** A body that only a deleted thread referred to, and the append of a living one that refers to it again. */
async function releasedBody(text: string) {
  const dead = await makeThread(database, tenant);
  await dead.write(log, startedMessage("t1", "m1", text));
  await withTenant((sql) => deleteThread(sql, dead.id));
  const thread = await makeThread(database, tenant);
  const { append, committed } = thread.prepare(startedMessage("t1", "m1", text));
  const { entries, events, turns, items, commands, blobs } = encodeBatch([encodeAppend(append)]);
  const send = (sql: Pick<typeof database.log, "unsafe">) =>
    sql.unsafe("select * from append_events($1, $2, $3, $4, $5, $6)", [entries, events, turns, items, commands, blobs]);
  return { thread, append, committed, send };
}

test("a sweep takes no body that an append in flight refers to, and does not wait for it", async () => {
  const text = long("in flight");
  const { thread, send } = await releasedBody(text);
  await database.log.begin(async (sql) => {
    await send(sql as never);
    await sweepAll();
  });
  await sweepAll();
  expect(await eventsOf(thread, 1)).toMatchObject([{ item: { text } }]);
});

test("an append that meets a sweep in flight brings the body again", async () => {
  const text = long("swept just now");
  const { thread, append } = await releasedBody(text);
  const sweeper = openPool(database.target, "skein_log", { maxConnections: 1, silenceMs: null });
  let written: Promise<unknown> = Promise.resolve();
  await sweeper.begin(async (sql) => {
    await sql`select sweep_blobs(100)`;
    written = log.append(append);
    await untilWaiting();
  });
  await written;
  await sweeper.end();
  await sweepAll();
  expect(await eventsOf(thread, 1)).toMatchObject([{ item: { text } }]);
});

/** Resolves when a connection of the log waits for a lock. */
async function untilWaiting(): Promise<void> {
  const admin = openPool(database.target, "skein_owner", { maxConnections: 1, silenceMs: null });
  for (;;) {
    const [row] = await admin<[{ waiting: boolean }]>`
      select exists (select from pg_locks join pg_stat_activity using (pid)
        where not granted and datname = current_database()) as waiting`;
    if (row.waiting) break;
  }
  await admin.end();
}
