import { randomBytes } from "node:crypto";
import type { ThreadEvent } from "@skein/timeline/event";
import type { ItemRow } from "@skein/timeline/project/derive-projection";
import { expect, test } from "vitest";
import { openTestLog } from "./open-test-log.ts";
import { encodePlace, type PageRequest, type Place, parsePlace } from "./place.ts";
import { readItemsPage, readTurnsPage, type TurnItems } from "./read-pages.ts";
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

const fromStart: PageRequest = { from: null, direction: "asc", limit: 100 };

function itemsPage(thread: ThreadWriter, request: Partial<PageRequest & { turnId: string }> = {}) {
  return database.withTenant(tenant.tenantId, async (sql) => {
    const page = await readItemsPage(sql, thread.id, { ...fromStart, ...request });
    if (page === null) throw new Error("no such thread");
    return page;
  });
}

async function threadOfTurns(count: number): Promise<ThreadWriter> {
  const thread = await makeThread(database, tenant);
  for (let index = 0; index < count; index++) {
    const turnId = `t${index}`;
    await thread.write(log, startedTurn(turnId), startedMessage(turnId, `m${index}`));
    await thread.write(log, completedMessage(turnId, `m${index}`, `text ${index}`), completedTurn(turnId));
  }
  return thread;
}

test.for(["asc", "desc"] as const)("pages of items cover the thread once, and lead back (%s)", async (direction) => {
  const thread = await threadOfTurns(7);
  const collected: string[] = [];
  let from: Place | null = null;
  let backwards: Place | null = null;
  do {
    const page = await itemsPage(thread, { direction, from, limit: 2 });
    collected.push(...page.items.map(({ itemId }) => itemId));
    from = page.next === null ? null : parsePlace(encodePlace(page.next));
    backwards = page.backwards;
  } while (from !== null);
  const inOrder = Array.from({ length: 7 }, (_, index) => `m${index}`);
  expect(collected).toEqual(direction === "asc" ? inOrder : inOrder.toReversed());
  const back = await itemsPage(thread, { direction: direction === "asc" ? "desc" : "asc", from: backwards });
  expect(back.items.map(({ itemId }) => itemId)).toEqual(collected.toReversed());
});

test("pages of turns bring the asked-for items of exactly these turns", async () => {
  const thread = await threadOfTurns(3);
  const read = (items: "none" | "summary" | "all") =>
    database.withTenant(tenant.tenantId, (sql) =>
      readTurnsPage(sql, thread.id, { from: null, direction: "desc", limit: 2, items }),
    );
  const page = await read("all");
  expect(page?.turns).toEqual([
    expect.objectContaining({ turnId: "t2", status: "completed", durationMs: 5, plan: null, errors: [] }),
    expect.objectContaining({ turnId: "t1" }),
  ]);
  expect(page?.items.map(({ itemId }) => itemId)).toEqual(["m1", "m2"]);
  expect(page).toMatchObject({ headSeq: 13, next: { ordinal: 6, inclusive: false } });
  expect((await read("none"))?.items).toEqual([]);
});

test("an item is as the reducer had it, and open until it is completed", async () => {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1"));
  const open = await itemsPage(thread, { turnId: "t1" });
  expect(open.items).toEqual([expect.objectContaining({ itemId: "m1", startedSeq: 3, completedAtMs: null, asOf: 3 })]);
  await thread.write(log, completedMessage("t1", "m1", "done"));
  const closed = await itemsPage(thread, { turnId: "t1" });
  expect(closed.items[0]).toMatchObject({
    item: { text: "done" },
    startedSeq: 3,
    completedAtMs: expect.any(Number),
    asOf: 4,
  });
  expect((await itemsPage(thread, { turnId: "t0" })).items).toEqual([]);
});

test("a page and its head belong to one moment, whatever is being appended", async () => {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1"));
  const firstChunk = thread.headSeq + 1;
  const count = 150;
  let writing = true;
  const writer = (async () => {
    for (let index = 0; index < count; index++) await thread.write(log, chunk("t1", "m1", "x"));
    writing = false;
  })();
  const pages = [];
  while (writing) pages.push(await itemsPage(thread));
  await writer;
  pages.push(await itemsPage(thread));

  for (const { items, openEvents, headSeq } of pages) {
    expect(openEvents.map(({ seq }) => seq)).toEqual(
      Array.from({ length: headSeq - firstChunk + 1 }, (_, i) => firstChunk + i),
    );
    expect(textAt(items, openEvents)).toBe("x".repeat(headSeq - firstChunk + 1));
  }
  expect(pages.at(-1)?.headSeq).toBe(firstChunk + count - 1);
});

/** The message's text with the chunks that came after its row. */
function textAt([row]: readonly ItemRow[], events: readonly ThreadEvent[]): string {
  if (row?.item.type !== "agentMessage") throw new Error("no message");
  const chunks = events.map((event) => (event.type === "item.chunk" && event.seq > row.asOf ? event.text : ""));
  return row.item.text + chunks.join("");
}

test("a cursor of somebody else's making is no cursor", () => {
  for (const cursor of ["", "x", "-1", "==1", "1.5", "99999999999999999"]) expect(parsePlace(cursor)).toBeNull();
});

/** Incompressible, so that nothing but its length can bound it. */
const large = (megabytes: number) => randomBytes(Math.round(megabytes * 512 * 1024)).toString("hex");

test("a page ends before its rows are too many bytes, and the next goes on from there", async () => {
  const thread = await makeThread(database, tenant);
  for (const [index, megabytes] of [1, 0.5, 3, 0, 0].entries()) {
    const [turnId, id, text] = [`t${index}`, `m${index}`, large(megabytes)];
    await thread.write(log, startedTurn(turnId), startedMessage(turnId, id));
    await thread.write(log, completedMessage(turnId, id, text), completedTurn(turnId));
  }
  const readTurns = (from: Place | null, direction: "asc" | "desc", items: TurnItems) =>
    database.withTenant(tenant.tenantId, (sql) => readTurnsPage(sql, thread.id, { from, direction, limit: 10, items }));
  const pagesOf = async (read: (from: Place | null) => Promise<{ ids: string[]; next: Place | null }>) => {
    const pages: string[][] = [];
    for (let from: Place | null = null; ; ) {
      const { ids, next } = await read(from);
      pages.push(ids);
      if (next === null) return pages;
      from = next;
    }
  };
  const turnPages = (direction: "asc" | "desc", items: TurnItems) =>
    pagesOf(async (from) => {
      const page = await readTurns(from, direction, items);
      const ids = page?.turns.map(({ turnId }) => turnId) ?? [];
      if (items !== "none") expect(new Set(page?.items.map(({ turnId }) => turnId))).toEqual(new Set(ids));
      return { ids, next: page?.next ?? null };
    });
  const itemPages = pagesOf(async (from) => {
    const page = await itemsPage(thread, { from });
    return { ids: page.items.map(({ itemId }) => itemId), next: page.next };
  });

  expect(await itemPages).toEqual([["m0", "m1"], ["m2"], ["m3", "m4"]]);
  expect(await turnPages("asc", "all")).toEqual([["t0", "t1"], ["t2"], ["t3", "t4"]]);
  expect(await turnPages("desc", "all")).toEqual([["t4", "t3"], ["t2"], ["t1", "t0"]]);
  expect(await turnPages("desc", "none")).toEqual([["t4", "t3", "t2", "t1", "t0"]]);
});
