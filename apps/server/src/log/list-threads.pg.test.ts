import { uuidv7 } from "uuidv7";
import { beforeAll, expect, test } from "vitest";
import { listThreads, searchThreads, type ThreadFilter, type ThreadOrder } from "./list-threads.ts";
import { openTestLog } from "./open-test-log.ts";
import { completedMessage, makeThread, startedMessage, startedTurn, type ThreadWriter } from "./testing.ts";
import { encodeThreadPlace, parseThreadPlace, type ThreadPlace } from "./thread-place.ts";

const { database, tenant, log } = await openTestLog();
const threads: ThreadWriter[] = [];

const all: ThreadFilter = {
  archived: false,
  cwds: null,
  sources: null,
  modelProviders: null,
  originators: null,
  excludedThreadIds: [],
  reader: null,
  belonging: null,
  searchTerm: null,
};
const newest: ThreadOrder = { sortKey: "created_at", direction: "desc", from: null, limit: 100 };

beforeAll(async () => {
  // Two threads of every millisecond, so that the order within one must hold too.
  for (let index = 0; index < 10; index++) {
    const createdAtMs = 1_795_168_621_000 + Math.floor(index / 2);
    threads.push(await makeThread(database, tenant, { id: uuidv7(), createdAtMs, originator: `client ${index % 2}` }));
  }
  await makeThread(database, tenant, { ephemeral: true });
  await makeThread(database, await database.addTenant(), { preview: "of somebody else" });
});

async function idsOf(filter: Partial<ThreadFilter>, order: Partial<ThreadOrder> = {}, { tenantId } = tenant) {
  const page = await database.withTenant(tenantId, (sql) =>
    listThreads(sql, { ...all, ...filter }, { ...newest, ...order }),
  );
  return page.data.map(({ id }) => id);
}

test("the tenant's threads are listed in order, without ephemeral ones", async () => {
  const ids = threads.map(({ id }) => id);
  expect(await idsOf({}, { direction: "asc" })).toEqual(ids);
  expect(await idsOf({})).toEqual(ids.toReversed());
});

test.for(["asc", "desc"] as const)("pages cover the list once, and lead back (%s)", async (direction) => {
  const whole = await idsOf({}, { direction });
  const collected: string[] = [];
  let from: ThreadPlace | null = null;
  let backwards: ThreadPlace | null = null;
  do {
    const order: ThreadOrder = { ...newest, direction, from, limit: 3 };
    const page = await database.withTenant(tenant.tenantId, (sql) => listThreads(sql, all, order));
    collected.push(...page.data.map(({ id }) => id));
    from = page.next === null ? null : parseThreadPlace(encodeThreadPlace(page.next));
    backwards = page.backwards;
  } while (from !== null);
  expect(collected).toEqual(whole);

  const other = direction === "asc" ? "desc" : "asc";
  expect(await idsOf({}, { direction: other, from: backwards })).toEqual(whole.toReversed());
});

test("a name, an archive flag and the time of the last turn change the lists", async () => {
  const own = await database.addTenant();
  const thread = await makeThread(database, own);
  const other = await makeThread(database, own);
  await thread.write(log, { type: "thread.named", name: "Zebra\u0000 crossing" });
  expect(await idsOf({ searchTerm: "zebra" }, {}, own)).toEqual([thread.id]);
  await thread.write(log, startedTurn("t1"));
  expect(await idsOf({}, { sortKey: "recency_at" }, own)).toEqual([thread.id, other.id]);
  await thread.write(log, { type: "thread.archived" });
  expect(await idsOf({}, {}, own)).toEqual([other.id]);
  expect(await idsOf({ archived: true }, {}, own)).toEqual([thread.id]);
  await thread.write(log, { type: "thread.unarchived" }, { type: "thread.named", name: null });
  expect(await idsOf({ searchTerm: "zebra" }, {}, own)).toEqual([]);
  expect(await idsOf({}, {}, own)).toEqual([other.id, thread.id]);
});

test("filters narrow the list", async () => {
  const ids = threads.map(({ id }) => id).toReversed();
  expect(await idsOf({ originators: ["client 0"] })).toEqual(ids.filter((_, index) => index % 2 === 1));
  expect(await idsOf({ cwds: ["/nowhere"] })).toEqual([]);
  expect(
    await idsOf({ cwds: ["/nowhere", "/workspaces/one"], sources: ["appServer"], modelProviders: ["demo"] }),
  ).toEqual(ids);
  expect(await idsOf({ sources: [] })).toEqual([]);
  expect(await idsOf({ excludedThreadIds: ids.slice(1) })).toEqual(ids.slice(0, 1));
});

test("search finds what was said, also beside characters that the database cannot hold", async () => {
  const own = await database.addTenant();
  const thread = await makeThread(database, own);
  const text = "it is 100% Größe_\u0000\ud800 here";
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1"), completedMessage("t1", "m1", text));
  const search = (searchTerm: string) =>
    database.withTenant(own.tenantId, (sql) => searchThreads(sql, { ...all, searchTerm }, newest));
  expect((await search("größe_")).data).toEqual([
    { thread: expect.objectContaining({ id: thread.id }), snippet: "it is 100% Größe_\ufffd\ufffd here" },
  ]);
  expect((await search("%")).data).toHaveLength(1);
  expect((await search("no such words")).data).toEqual([]);
});

test("a cursor of somebody else's making is no cursor", () => {
  for (const cursor of ["bogus", "", "2026-99-99T00:00:00.000Z|x", "2026-11-20T09:56:58.000Z|'; drop table"]) {
    expect(parseThreadPlace(cursor)).toBeNull();
  }
});
