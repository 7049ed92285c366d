/** Somebody holds a thread's row for long, as a fork does while it copies: that thread waits, and no other. */
import { expect, test } from "vitest";
import type { Sql } from "../database/pools.ts";
import { LogClosed, ThreadGone } from "./append.ts";
import { EventLog } from "./event-log.ts";
import { openTestLog } from "./open-test-log.ts";
import { readEvents } from "./read-events.ts";
import { chunk, makeThread, type ThreadWriter } from "./testing.ts";

const { database, tenant, owner } = await openTestLog();

/** A transaction that holds the thread's row, and does `last` before it ends. */
async function holdRow({ id }: ThreadWriter, last: (tx: Sql) => Promise<unknown> = async () => {}) {
  const locked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const holding = owner.begin(async (tx) => {
    await tx`select from threads where id = ${id} for no key update`;
    locked.resolve();
    await released.promise;
    await last(tx as unknown as Sql);
  });
  await locked.promise;
  return async () => {
    released.resolve();
    await holding;
  };
}

const textsOf = async ({ id }: ThreadWriter) => {
  const page = await database.withTenant(tenant.tenantId, (tx) => readEvents(tx, id, 1, 1000));
  return page?.events.map((event) => ("text" in event ? event.text : ""));
};

test("a thread whose row is locked comes back, and the others commit", async () => {
  const log = new EventLog(database.log);
  const [held, ...others] = await Promise.all(Array.from({ length: 4 }, () => makeThread(database, tenant)));
  if (held === undefined) throw new Error("no thread");
  const letGo = await holdRow(held);
  // The second waits behind the first, though nothing is sent for it yet.
  const first = held.prepare(chunk("t1", "m1", "held"));
  const appended = [log.append(first.append)];
  first.committed();
  appended.push(held.write(log, chunk("t1", "m1", "behind")));
  for (const text of ["a", "b", "c"])
    await Promise.all(others.map((thread) => thread.write(log, chunk("t1", "m1", text))));

  expect(await textsOf(held)).toEqual([]);
  await letGo();
  expect(await Promise.all(appended)).toEqual([
    { from: 2, to: 2 },
    { from: 3, to: 3 },
  ]);
  await log.close();
  expect(await textsOf(held)).toEqual(["held", "behind"]);
  for (const thread of others) expect(await textsOf(thread)).toEqual(["a", "b", "c"]);
});

test("whoever held the row had deleted the thread", async () => {
  const log = new EventLog(database.log);
  const [held, other] = await Promise.all([makeThread(database, tenant), makeThread(database, tenant)]);
  const letGo = await holdRow(held, (tx) => tx`delete from threads where id = ${held.id}`);
  const gone = expect(held.write(log, chunk("t1", "m1", "late"))).rejects.toThrow(ThreadGone);
  await other.write(log, chunk("t1", "m1", "x"));
  await letGo();
  await gone;
  await log.close();
});

test("a log that is closed does not wait for whoever holds a row", async () => {
  const log = new EventLog(database.log);
  const [held, other] = await Promise.all([makeThread(database, tenant), makeThread(database, tenant)]);
  const letGo = await holdRow(held);
  const closed = expect(held.write(log, chunk("t1", "m1", "never"))).rejects.toThrow(LogClosed);
  await other.write(log, chunk("t1", "m1", "x"));
  await log.close();
  await closed;
  await letGo();
  expect(await textsOf(held)).toEqual([]);
});
