/** Calls of the model are counted with the events that tell of their end: once, whatever became of the reply. */
import { randomUUID } from "node:crypto";
import type { CallRecord } from "@skein/core/ports";
import { expect, test } from "vitest";
import { openTestLog } from "../log/open-test-log.ts";
import { chunk, makeThread, startedMessage, startedTurn, type ThreadWriter } from "../log/testing.ts";
import { readReport } from "./report.ts";
import { readStanding } from "./standing.ts";

const { database, tenant, log, owner } = await openTestLog();
const { tenantId, userId } = tenant;

function call(tokens: number, change: Partial<CallRecord> = {}): CallRecord {
  return {
    id: randomUUID(),
    source: "pool",
    credential: "operator",
    turnId: "t1",
    memberId: userId,
    model: "gpt",
    outcome: "completed",
    tokens: {
      totalTokens: tokens,
      inputTokens: tokens - 10,
      cachedInputTokens: 5,
      cacheWriteInputTokens: 0,
      outputTokens: 10,
      reasoningOutputTokens: 2,
    },
    ...change,
  };
}

async function writeCalls(thread: ThreadWriter, ...calls: readonly CallRecord[]): Promise<void> {
  const { append, committed } = thread.prepare(startedTurn(`t-${randomUUID()}`));
  await log.append({ ...append, calls });
  committed();
}

const ledgerOf = (threadId: string) => owner<{ ordinal: number; outcome: string; total_tokens: bigint }[]>`
  select ordinal, outcome, total_tokens from model_calls where thread_id = ${threadId} order by ordinal`;

test("a call is a row of the ledger, and is in the sums and the windows", async () => {
  const stranger = await database.addTenant();
  const thread = await makeThread(database, tenant);
  await writeCalls(thread, call(110), call(50, { outcome: "cut" }), call(0, { outcome: "unanswered" }));
  await writeCalls(thread, call(40));
  expect(await ledgerOf(thread.id)).toEqual([
    { ordinal: 1, outcome: "completed", total_tokens: 110n },
    { ordinal: 2, outcome: "cut", total_tokens: 50n },
    { ordinal: 3, outcome: "completed", total_tokens: 40n },
  ]);
  const read = (whose: string) =>
    database.withTenant(whose, async (sql) => ({
      report: await readReport(sql, { days: 2, userId: null }),
      standing: await readStanding(sql, userId),
    }));
  const { report, standing } = await read(tenantId);
  expect(report.members).toMatchObject([
    { userId, name: "a person", calls: 3, totalTokens: 200, cachedInputTokens: 15 },
  ]);
  expect(report.threads).toMatchObject([{ threadId: thread.id, totalTokens: 200 }]);
  expect(standing.member.primary).toMatchObject({ used: 200, allowed: null, minutes: 300 });
  expect(standing.pool.secondary).toMatchObject({ used: 200, minutes: 10_080 });
  expect(standing.pool.primary.resetsAtMs).toBeGreaterThan(Date.now());
  expect((await read(stranger.tenantId)).report).toEqual({ days: [], threads: [], members: [] });
});

test("an append that is refused counts nothing, and one that was stored before is not counted again", async () => {
  const thread = await makeThread(database, tenant);
  const { append, committed } = thread.prepare(startedTurn("t1"), startedMessage("t1", "m1"), chunk("t1", "m1", "x"));
  const once = { ...append, calls: [call(7)] };
  await log.append(once);
  await expect(log.append(once)).rejects.toThrow(/not where the append expected it/);
  await expect(log.append({ ...once, fence: 99n })).rejects.toThrow(/another node owns/);
  committed();
  expect(await ledgerOf(thread.id)).toHaveLength(1);
});

test("what a call of nobody costs is the pool's", async () => {
  const other = await database.addTenant();
  const thread = await makeThread(database, other);
  await writeCalls(thread, call(30, { memberId: null }));
  const standing = await database.withTenant(other.tenantId, (sql) => readStanding(sql, other.userId));
  expect(standing.pool.primary.used).toBe(30);
  expect(standing.member.primary.used).toBe(0);
});

test("sums and windows that were lost are made anew from the ledger", async () => {
  const other = await database.addTenant();
  const thread = await makeThread(database, other);
  await writeCalls(thread, call(30, { memberId: other.userId }), call(12, { memberId: null }));
  const state = () => owner`
    select 'day' as what, user_id, calls::int as n, total_tokens::int as tokens, null::timestamptz as since from usage_days
      where tenant_id = ${other.tenantId}
    union all select source || span, user_id, 0, used::int, since from usage_meters where tenant_id = ${other.tenantId} order by 1, 2`;
  const before = await state();
  await owner`update usage_days set total_tokens = 1 where tenant_id = ${other.tenantId}`;
  await owner`delete from usage_meters where tenant_id = ${other.tenantId} and source = 'pool'`;
  await owner`update usage_meters set used = 5000 where tenant_id = ${other.tenantId}`;
  await owner`select rebuild_usage(${other.tenantId})`;
  expect([...(await state())]).toEqual([...before]);
});

test("a window that has ended begins anew with the next call", async () => {
  const other = await database.addTenant();
  const thread = await makeThread(database, other);
  await writeCalls(thread, call(30, { memberId: other.userId }));
  await owner`update usage_meters set since = since - interval '6 hours' where tenant_id = ${other.tenantId}`;
  const read = () => database.withTenant(other.tenantId, (sql) => readStanding(sql, other.userId));
  expect((await read()).pool).toMatchObject({ primary: { used: 0, resetsAtMs: null }, secondary: { used: 30 } });
  await writeCalls(thread, call(12, { memberId: other.userId }));
  expect((await read()).pool).toMatchObject({ primary: { used: 12 }, secondary: { used: 42 } });
});
