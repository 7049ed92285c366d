import { expect, test } from "vitest";
import { deleteThread } from "./create-thread.ts";
import { openTestLog } from "./open-test-log.ts";
import { readOwnerEvents } from "./read-owner-events.ts";
import { maxInlineChars } from "./split-bodies.ts";
import { sweepBlobs } from "./sweep-blobs.ts";
import { chunk, completedTurn, makeThread, startedMessage, startedTurn, type ThreadWriter } from "./testing.ts";
import { writeSnapshot } from "./write-snapshot.ts";

const { database, tenant, log } = await openTestLog();

const version = 7;

async function load(thread: ThreadWriter, wanted = version) {
  const found = await database.withTenant(tenant.tenantId, (sql) => readOwnerEvents(sql, thread.id, wanted));
  if (found === null) throw new Error("no such thread");
  return { ...found, events: found.events.map(({ seq }) => seq) };
}

async function threadOfTwoTurns(): Promise<ThreadWriter> {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedTurn("t1"), chunk("t1", "m1", "x"), completedTurn("t1"));
  await thread.write(log, startedTurn("t2"), chunk("t2", "m2", "y"), completedTurn("t2"));
  return thread;
}

function write({ id: threadId, fence }: ThreadWriter, seq: number, state: unknown, change: object = {}) {
  return writeSnapshot(database.log, { threadId, fence, seq, version, state: JSON.stringify(state), ...change });
}

test("without a snapshot an owner gets the agent's knowledge and what is open", async () => {
  const thread = await threadOfTwoTurns();
  await thread.write(log, startedTurn("t3"), startedMessage("t3", "m3"), chunk("t3", "m3", "z"));
  expect(await load(thread)).toEqual({
    snapshot: null,
    events: [1, 2, 4, 5, 7, 8, 9, 10],
    completeFrom: 8,
    headSeq: 10,
  });
});

test("with a snapshot it gets that, and every event after it", async () => {
  const thread = await threadOfTwoTurns();
  const state = { said: "\u0000\ud800", long: "long ".repeat(maxInlineChars) };
  expect(await write(thread, 4, state)).toBe(true);
  expect(await load(thread)).toEqual({ snapshot: { seq: 4, state }, events: [5, 6, 7], completeFrom: 5, headSeq: 7 });
  expect(await write(thread, 7, "at the head")).toBe(true);
  expect(await load(thread)).toMatchObject({ snapshot: { seq: 7, state: "at the head" }, events: [], headSeq: 7 });
});

test("a snapshot of another version is as good as none", async () => {
  const thread = await threadOfTwoTurns();
  await write(thread, 4, {}, { version: version + 1 });
  expect(await load(thread)).toMatchObject({ snapshot: null, events: [1, 2, 4, 5, 7] });
  expect(await write(thread, 3, "older, but of use")).toBe(true);
  expect(await load(thread)).toMatchObject({ snapshot: { seq: 3 }, events: [4, 5, 6, 7] });
});

test("nobody but the owner writes one, not of what is not in the log, and an older one replaces none", async () => {
  const thread = await threadOfTwoTurns();
  expect(await write(thread, 4, {}, { fence: thread.fence + 1n })).toBe(false);
  expect(await write(thread, 8, {})).toBe(false);
  expect(await load(thread)).toMatchObject({ snapshot: null });
  await write(thread, 6, "newer");
  expect(await write(thread, 5, "older")).toBe(false);
  expect(await load(thread)).toMatchObject({ snapshot: { seq: 6 } });
});

test("a snapshot goes with its thread, and so does what it kept apart", async () => {
  const thread = await threadOfTwoTurns();
  await write(thread, 4, { long: "only here ".repeat(maxInlineChars) });
  await database.withTenant(tenant.tenantId, (sql) => deleteThread(sql, thread.id));
  while ((await sweepBlobs(database.log, 100)) > 0);
  const [left] = await database.withTenant(
    tenant.tenantId,
    (sql) => sql<[{ rows: bigint }]>`
      select (select count(*) from snapshots where thread_id = ${thread.id}) + (select count(*) from blob_refs where thread_id = ${thread.id}) as rows`,
  );
  expect(left.rows).toBe(0n);
});
