/**
 * What a reader gets belongs to one moment: rows, and the head up to which they are complete. Every reader runs here on a
 * connection that appends to the thread after each of its statements, so that one that takes two is caught at once.
 */
import { expect, test } from "vitest";
import type { Transaction } from "../database/pools.ts";
import { openTestLog } from "./open-test-log.ts";
import { readEvents } from "./read-events.ts";
import { readOwnerEvents } from "./read-owner-events.ts";
import { readItemsPage, readTurnsPage } from "./read-pages.ts";
import { chunk, makeThread, startedMessage, startedTurn, type ThreadWriter } from "./testing.ts";
import { writeSnapshot } from "./write-snapshot.ts";

const { database, tenant, log } = await openTestLog();

/** Runs `afterEach` when a statement has been answered, before its caller learns of it. */
function interrupted(sql: Transaction, afterEach: () => Promise<unknown>): Transaction {
  return new Proxy(sql, {
    apply(target, self, args) {
      const query: PromiseLike<unknown> = Reflect.apply(target, self, args);
      // Parts of statements are queries too, but nobody awaits them.
      const answered = query.then.bind(query);
      // biome-ignore lint/suspicious/noThenProperty: it has one, which postgres.js calls a lazy query
      query.then = (onDone, onFailed) =>
        answered(async (rows: unknown) => {
          await afterEach();
          return rows;
        }).then(onDone as (rows: unknown) => never, onFailed);
      return query;
    },
  });
}

async function readWhileWriting<T>(read: (sql: Transaction, thread: ThreadWriter) => Promise<T>): Promise<T> {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1"));
  await thread.write(log, chunk("t1", "m1", "a"));
  const headBefore = thread.headSeq;
  let written: Promise<unknown> = Promise.resolve();
  const write = () => {
    written = written.then(() => thread.write(log, chunk("t1", "m1", "b"), chunk("t1", "m1", "c")));
    return written;
  };
  const result = await database.withTenant(tenant.tenantId, (sql) => read(interrupted(sql, write), thread));
  expect(thread.headSeq, "something was appended behind the reader's back").toBeGreaterThan(headBefore);
  return result;
}

const page = { from: null, direction: "asc", limit: 10 } as const;

test("a part of the log ends at the head that it names", async () => {
  const found = await readWhileWriting((sql, thread) => readEvents(sql, thread.id, 0, 100));
  expect(found).toMatchObject({ headSeq: 4, more: false });
  expect(found?.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test.each([0, 2])("what an owner loads ends at the head that it names, with a snapshot at %i", async (at) => {
  const found = await readWhileWriting(async (sql, { id: threadId, fence }) => {
    if (at > 0) await writeSnapshot(database.log, { threadId, fence, seq: at, version: 1, state: "{}" });
    return readOwnerEvents(sql, threadId, 1);
  });
  expect(found?.events.at(-1)?.seq).toBe(found?.headSeq);
  expect(found?.events.length).toBe((found?.headSeq ?? 0) - at);
});

test.each([
  ["items", (sql: Transaction, { id }: ThreadWriter) => readItemsPage(sql, id, page)],
  ["turns", (sql: Transaction, { id }: ThreadWriter) => readTurnsPage(sql, id, { ...page, items: "all" })],
] as const)("a page of %s holds the open text up to the head that it names", async (_, read) => {
  const found = await readWhileWriting<Awaited<ReturnType<typeof read>>>(read);
  expect(found?.headSeq).toBe(4);
  expect(found?.openEvents.map(({ seq }) => seq)).toEqual([4]);
});
