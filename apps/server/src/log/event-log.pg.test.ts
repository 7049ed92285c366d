import { OwnershipLost } from "@skein/core/ports";
import { expect, test } from "vitest";
import { AppendRefused, HeadMoved } from "./append.ts";
import { EventLog, type GroupCommit } from "./event-log.ts";
import { openTestLog } from "./open-test-log.ts";
import { readEvents } from "./read-events.ts";
import { chunk, makeThread, startedMessage, startedTurn, type ThreadWriter } from "./testing.ts";

const commits: GroupCommit[] = [];
const { database, tenant, log } = await openTestLog({ onCommit: (commit) => commits.push(commit) });

function seqsOf(thread: ThreadWriter) {
  return database.withTenant(tenant.tenantId, async (sql) => {
    const page = await readEvents(sql, thread.id, 0, 10_000);
    return page?.events.map(({ seq }) => seq);
  });
}

test("events are read back as they were written, in their places", async () => {
  const thread = await makeThread(database, tenant);
  const range = await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1"), chunk("t1", "m1", "hello"));
  expect(range).toEqual({ from: 2, to: 4 });

  const page = await database.withTenant(tenant.tenantId, (sql) => readEvents(sql, thread.id, 1, 100));

  expect(page).toMatchObject({ headSeq: 4, logEpoch: 1, more: false });
  expect(page?.events).toEqual([
    expect.objectContaining({ type: "turn.started", seq: 2, turnId: "t1" }),
    expect.objectContaining({ type: "item.started", seq: 3 }),
    {
      type: "item.chunk",
      seq: 4,
      at: expect.any(Number),
      turnId: "t1",
      itemId: "m1",
      channel: "text",
      index: 0,
      text: "hello",
    },
  ]);
});

test("NUL, lone surrogates and the row separators survive", async () => {
  const thread = await makeThread(database, tenant);
  const text = "a\u0000b\ud800c\udc00d\u001d\u001e\u001f\\u0000\u{1f600}\"'";
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1", text), chunk("t1", "m1", text));

  const page = await database.withTenant(tenant.tenantId, (sql) => readEvents(sql, thread.id, 2, 100));

  expect(page?.events.map((event) => ("text" in event ? event.text : "item" in event ? event.item : null))).toEqual([
    { type: "agentMessage", id: "m1", text, phase: null },
    text,
  ]);
});

test("appends that wait together share a transaction", async () => {
  const threads = await Promise.all(Array.from({ length: 64 }, () => makeThread(database, tenant)));
  commits.length = 0;
  await Promise.all(threads.map((thread) => thread.write(log, startedTurn("t1"))));
  expect(commits).toEqual([expect.objectContaining({ threads: 64, events: 64 })]);
});

test("a batch is bounded in bytes, and an append above the bound goes alone", async () => {
  const threads = await Promise.all(Array.from({ length: 4 }, () => makeThread(database, tenant)));
  const seen: number[] = [];
  const small = new EventLog(database.log, { maxBatchBytes: 1000, onCommit: (commit) => seen.push(commit.threads) });
  const texts = ["x", "x", "x".repeat(5000), "x"];
  await Promise.all(threads.map((thread, index) => thread.write(small, chunk("t1", "m1", texts[index] ?? ""))));
  await small.close();
  expect(seen).toEqual([3, 1]);
});

test("concurrent writers of many threads leave gapless logs", async () => {
  const threads = await Promise.all(Array.from({ length: 16 }, () => makeThread(database, tenant)));
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`);
  await Promise.all(
    threads.map(async (thread) => {
      for (const text of texts) await thread.write(log, chunk("t1", "m1", text), chunk("t1", "m1", text));
    }),
  );
  for (const thread of threads)
    expect(await seqsOf(thread)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
});

test("of two writers under one fence, the one behind the head is told where it is", async () => {
  const thread = await makeThread(database, tenant);
  const behind = thread.prepare(chunk("t1", "m1", "late")).append;
  await thread.write(log, chunk("t1", "m1", "first"));
  await expect(log.append(behind)).rejects.toEqual(new HeadMoved(2));
  expect(await seqsOf(thread)).toEqual([1, 2]);
});

test("a stale fence writes nothing", async () => {
  const thread = await makeThread(database, tenant);
  await expect(log.append({ ...thread.prepare(chunk("t1", "m1", "x")).append, fence: 0n })).rejects.toThrow(
    OwnershipLost,
  );
  expect(await seqsOf(thread)).toEqual([1]);
});

test("data that the database refuses fails its own thread and no other of the same batch", async () => {
  const threads = await Promise.all(Array.from({ length: 64 }, () => makeThread(database, tenant)));
  const [poisoned, ...healthy] = threads;
  if (poisoned === undefined) throw new Error("no thread");
  const { append } = poisoned.prepare(chunk("t1", "m1", "x"));
  const poison = { ...append, events: append.events.map((event) => ({ ...event, at: 1e300 })) };
  const [refused, ...written] = await Promise.allSettled([
    log.append(poison),
    ...healthy.map((thread) => thread.write(log, chunk("t1", "m1", "x"))),
  ]);
  expect(refused).toMatchObject({ status: "rejected", reason: expect.any(AppendRefused) });
  expect(written.map(({ status }) => status)).toEqual(healthy.map(() => "fulfilled"));
  await poisoned.write(log, chunk("t1", "m1", "usable"));
  expect(await seqsOf(poisoned)).toEqual([1, 2]);
});

test("an append that has to be sent again, alone, is not sent on a lease that has run out meanwhile", async () => {
  const [poisoned, late] = await Promise.all([makeThread(database, tenant), makeThread(database, tenant)]);
  const { append } = poisoned.prepare(chunk("t1", "m1", "x"));
  const poison = { ...append, events: append.events.map((event) => ({ ...event, at: 1e300 })) };
  const attempts = [true, false];
  const [refused, unproved] = await Promise.allSettled([
    log.append(poison),
    log.append({ ...late.prepare(chunk("t1", "m1", "x")).append, mayWrite: () => attempts.shift() ?? false }),
  ]);
  expect(refused).toMatchObject({ status: "rejected", reason: expect.any(AppendRefused) });
  expect(unproved).toMatchObject({ status: "rejected", reason: expect.any(OwnershipLost) });
  expect(await seqsOf(late)).toEqual([1]);
  await late.write(log, chunk("t1", "m1", "usable"));
  expect(await seqsOf(late)).toEqual([1, 2]);
});
