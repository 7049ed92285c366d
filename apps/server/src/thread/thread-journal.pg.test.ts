import type { CommandReceipt } from "@skein/core/ports";
import { OwnershipLost } from "@skein/core/ports";
import { initialState } from "@skein/core/thread/evolve";
import type { NewThreadEvent, ThreadEventBody } from "@skein/timeline/event";
import { expect, test } from "vitest";
import { AppendRefused, CommandRepeated } from "../log/append.ts";
import { findCommand } from "../log/commands.ts";
import { openTestLog } from "../log/open-test-log.ts";
import { readEvents } from "../log/read-events.ts";
import { makeThread, startedMessage, startedTurn } from "../log/testing.ts";
import { ThreadJournal } from "./thread-journal.ts";

const { database, tenant, log } = await openTestLog();

async function openJournal() {
  const { id: threadId, fence, headSeq, timeline } = await makeThread(database, tenant);
  const thread = { tenantId: tenant.tenantId, threadId };
  const state = { ...initialState, seq: headSeq };
  const committed: string[] = [];
  let isProved = true;
  const journal = new ThreadJournal(
    { thread, fence, headSeq, state, timeline, snapshotSeq: 0 },
    log,
    { committed: (_, events) => committed.push(...events.map(({ type }) => type)) },
    { holds: () => isProved, lost: () => {} },
  );
  const stopProving = () => {
    isProved = false;
  };
  return { threadId, journal, committed, stopProving };
}

function receipt(scope: string, key: string): CommandReceipt {
  return { principal: "someone", scope, key, method: "turn/start", inputHash: "ab".repeat(32), result: { key } };
}

const at = 1_795_168_700_000;
const stamped = (...bodies: readonly ThreadEventBody[]) => bodies.map((body): NewThreadEvent => ({ ...body, at }));
const named = (name: string) => stamped({ type: "thread.named", name });

function found(threadId: string, key: string) {
  return database.withTenant(tenant.tenantId, (sql) => findCommand(sql, receipt(threadId, key)));
}

async function typesIn(threadId: string) {
  const page = await database.withTenant(tenant.tenantId, (sql) => readEvents(sql, threadId, 1, 100));
  return page?.events.map((event) => (event.type === "thread.named" ? event.name : event.type));
}

test("of appends that were committed together, only the repeated command fails", async () => {
  const { threadId, journal, committed } = await openJournal();
  await journal.append(named("first"), [receipt(threadId, "one")]);
  const outcomes = await Promise.allSettled([
    journal.append(named("before")),
    journal.append(named("repeat"), [receipt(threadId, "one")]),
    journal.append(named("second"), [receipt(threadId, "two")]),
    journal.append(named("after")),
  ]);
  expect(outcomes).toMatchObject([
    { status: "fulfilled" },
    { status: "rejected", reason: expect.any(CommandRepeated) },
    { status: "fulfilled" },
    { status: "fulfilled" },
  ]);
  expect(await typesIn(threadId)).toEqual(["first", "before", "second", "after"]);
  expect(await found(threadId, "two")).toMatchObject({ result: { key: "two" } });
  expect(journal.headSeq).toBe(5);
  await expect.poll(() => committed).toHaveLength(4);
});

test("a turn whose first append repeats a command leaves nothing, and the next one starts", async () => {
  const { threadId, journal } = await openJournal();
  await journal.append(stamped(startedTurn("t0")), [receipt(threadId, "one")]);
  const outcomes = await Promise.allSettled([
    journal.append(stamped(startedTurn("t1")), [receipt(threadId, "one")]),
    journal.append(stamped(startedMessage("t1", "m1"))),
    journal.append(stamped(startedMessage("t0", "m0"))),
    journal.append(stamped(startedTurn("t2")), [receipt(threadId, "two")]),
    journal.append(stamped(startedMessage("t2", "m2"))),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled", "fulfilled", "fulfilled"]);
  expect(await typesIn(threadId)).toEqual(["turn.started", "item.started", "turn.started", "item.started"]);
});

test("what the database refuses leaves no receipt", async () => {
  const { threadId, journal } = await openJournal();
  const unstorable = [{ ...named("x")[0], at: 1e300 } as NewThreadEvent];
  await expect(journal.append(unstorable, [receipt(threadId, "one")])).rejects.toThrow(AppendRefused);
  expect(await found(threadId, "one")).toBeNull();
  await journal.append(named("now"), [receipt(threadId, "one")]);
  expect(await found(threadId, "one")).toMatchObject({ method: "turn/start" });
  expect(journal.state.seq).toBe(2);
});

test("nothing is written under a lease that is not proved, though nobody else has claimed the thread", async () => {
  const { threadId, journal, stopProving } = await openJournal();
  await journal.append([{ type: "thread.named", at: 1, name: "proved" }]);
  stopProving();
  await expect(journal.append([{ type: "thread.named", at: 2, name: "late" }])).rejects.toThrow(OwnershipLost);
  const page = await database.withTenant(tenant.tenantId, (sql) => readEvents(sql, threadId, 1, 10));
  expect(page?.events).toMatchObject([{ type: "thread.named", name: "proved" }]);
});
