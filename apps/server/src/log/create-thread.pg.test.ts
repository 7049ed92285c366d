import type { CommandReceipt } from "@skein/core/ports";
import { expect, test } from "vitest";
import { CommandRepeated, ThreadGone, threadStartScope } from "./append.ts";
import { findCommand } from "./commands.ts";
import { createThread, deleteThread, forkThread } from "./create-thread.ts";
import { readHeads } from "./heads.ts";
import { openTestLog } from "./open-test-log.ts";
import { readEvents } from "./read-events.ts";
import { readItemsPage } from "./read-pages.ts";
import {
  chunk,
  completedMessage,
  makeThread,
  newThread,
  startedMessage,
  startedTurn,
  ThreadWriter,
} from "./testing.ts";
import { readThread } from "./thread-record.ts";

const { database, tenant, log } = await openTestLog();

const owner = { nodeId: "node-a", leaseSeconds: 60 };

function receipt(key: string, scope: string = threadStartScope): CommandReceipt {
  return {
    principal: "someone",
    scope,
    key,
    method: "thread/start",
    inputHash: "ab".repeat(32),
    result: { said: "x\u0000" },
  };
}

test("a thread and its first events appear together", async () => {
  const thread = await makeThread(database, tenant, { name: "one" });
  const record = await database.withTenant(tenant.tenantId, (sql) => readThread(sql, thread.id));
  expect(record).toMatchObject({
    id: thread.id,
    headSeq: 1,
    logEpoch: 1,
    name: "one",
    cwd: "/workspaces/one",
    ownerNode: "node-a",
  });
});

test("a thread whose first events are refused does not exist", async () => {
  const thread = newThread();
  const { append } = new ThreadWriter(thread.id).prepare(chunk("t1", "m1", "x"));
  const refused = { ...append, events: append.events.map((event) => ({ ...event, at: 1e300 })) };
  const creating = database.withTenant(tenant.tenantId, (sql) => createThread(sql, thread, owner, refused));
  await expect(creating).rejects.toThrow(/bigint/);
  expect(await database.withTenant(tenant.tenantId, (sql) => readThread(sql, thread.id))).toBeNull();
});

test("of two starts under one key, one makes a thread, and its result is found by the key", async () => {
  const command = receipt("start-1");
  const starts = [newThread(), newThread()].map((thread) =>
    database.withTenant(tenant.tenantId, (sql) =>
      createThread(sql, thread, owner, { ...new ThreadWriter(thread.id).prepare().append, receipts: [command] }),
    ),
  );
  const [first, second] = (await Promise.allSettled(starts)).toSorted((a, b) => a.status.localeCompare(b.status));
  expect(first).toMatchObject({ status: "fulfilled" });
  expect(second).toMatchObject({ status: "rejected", reason: expect.any(CommandRepeated) });
  const found = await database.withTenant(tenant.tenantId, (sql) => findCommand(sql, command));
  expect(found).toEqual({ method: command.method, inputHash: command.inputHash, result: command.result });
  expect(
    await database.withTenant(tenant.tenantId, (sql) => findCommand(sql, { ...command, principal: "x" })),
  ).toBeNull();
});

test("a command in a thread and its events are written together, once", async () => {
  const thread = await makeThread(database, tenant);
  const command = receipt("turn-1", thread.id);
  const first = thread.prepare(startedTurn("t1"));
  await log.append({ ...first.append, receipts: [command] });
  first.committed();
  await expect(
    log.append({ ...thread.prepare(chunk("t1", "m", "again")).append, receipts: [command] }),
  ).rejects.toThrow(CommandRepeated);
  expect((await readHeads(database.log, [thread.id])).get(thread.id)?.headSeq).toBe(2);
});

test("a fork has the source's log and items, and goes its own way", async () => {
  const source = await makeThread(database, tenant);
  await source.write(log, startedTurn("t1"), startedMessage("t1", "m1"), completedMessage("t1", "m1", "said"));
  const thread = { ...newThread(), forkedFromId: source.id };
  const copy = new ThreadWriter(thread.id, 1n, source.headSeq, source.timeline);
  const { append, committed } = copy.prepare({ type: "thread.named", name: "a copy" });
  const fork = (headSeq: number) =>
    database.withTenant(tenant.tenantId, (sql) =>
      forkThread(sql, { threadId: source.id, headSeq }, thread, owner, append),
    );
  expect(await fork(source.headSeq - 1)).toBe(false);
  expect(await fork(source.headSeq)).toBe(true);
  committed();
  await copy.write(log, chunk("t1", "m1", "only here"));

  const read = (id: string) => database.withTenant(tenant.tenantId, (sql) => readEvents(sql, id, 0, 100));
  const [original, forked] = [await read(source.id), await read(copy.id)];
  expect(forked?.events.slice(0, 4)).toEqual(original?.events);
  expect(forked?.events.slice(4).map(({ type }) => type)).toEqual(["thread.named", "item.chunk"]);
  const items = await database.withTenant(tenant.tenantId, (sql) =>
    readItemsPage(sql, copy.id, { from: null, direction: "asc", limit: 10 }),
  );
  expect(items?.items).toEqual([
    expect.objectContaining({ itemId: "m1", item: expect.objectContaining({ text: "said" }) }),
  ]);
  const record = await database.withTenant(tenant.tenantId, (sql) => readThread(sql, copy.id));
  expect(record).toMatchObject({ name: "a copy", forkedFromId: source.id, headSeq: 6 });
});

test("another tenant's thread cannot be forked", async () => {
  const source = await makeThread(database, tenant);
  const stranger = await database.addTenant();
  const thread = newThread();
  const { append } = new ThreadWriter(thread.id, 1n, 1).prepare();
  const fork = database.withTenant(stranger.tenantId, (sql) =>
    forkThread(sql, { threadId: source.id, headSeq: 1 }, thread, owner, append),
  );
  expect(await fork).toBe(false);
});

test("a deleted thread leaves nothing, and its owner is told", async () => {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1"));
  expect(await database.withTenant(tenant.tenantId, (sql) => deleteThread(sql, thread.id))).toBe(true);
  await expect(thread.write(log, chunk("t1", "m1", "x"))).rejects.toThrow(ThreadGone);
  const [left] = await database.withTenant(
    tenant.tenantId,
    (sql) => sql<[{ rows: bigint }]>`
      select (select count(*) from thread_events where thread_id = ${thread.id}) + (select count(*) from turns where thread_id = ${thread.id})
        + (select count(*) from items where thread_id = ${thread.id}) as rows`,
  );
  expect(left?.rows).toBe(0n);
  expect(await readHeads(database.log, [thread.id])).toEqual(new Map());
});
