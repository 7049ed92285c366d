/** What is set aside before a call is made: no two calls take the same room, and what was set aside ends with its owner. */
import { randomUUID } from "node:crypto";
import type { CallRecord } from "@skein/core/ports";
import fc from "fast-check";
import { expect, test } from "vitest";
import { byOperator } from "../audit/actor.ts";
import type { TestTenant } from "../database/testing.ts";
import { openTestLog } from "../log/open-test-log.ts";
import { makeThread, startedTurn, type ThreadWriter } from "../log/testing.ts";
import { changeBudgets } from "./budgets.ts";
import { noteCalls } from "./note-calls.ts";
import { type Reservation, reserveCall, settleLostCalls, type Verdict } from "./reserve-call.ts";
import { readStanding } from "./standing.ts";

const { database, log, owner } = await openTestLog();
const runs = Number(process.env.SKEIN_TEST_RUNS ?? 100);

interface Paying {
  readonly thread: ThreadWriter;
  readonly userId: string;
}

const input = 40;
const output = 60;

function reserve({ thread, userId }: Paying, callId: string = randomUUID()): Promise<Verdict> {
  return reserveCall(database.log, reservationOf({ thread, userId }, callId));
}

function reservationOf({ thread, userId }: Paying, callId: string): Reservation {
  return {
    ...{ threadId: thread.id, fence: thread.fence, callId, turnId: "t1", userId, model: "m", credential: "operator" },
    ...{ inputTokens: input, outputTokens: output },
  };
}

async function settle({ thread, userId }: Paying, id: string, source: string, tokens: number): Promise<void> {
  const counts = { inputTokens: tokens, cachedInputTokens: 0, cacheWriteInputTokens: 0, outputTokens: 0 };
  const call: CallRecord = {
    ...{ id, source, credential: "operator", turnId: "t1", memberId: userId, model: "m", outcome: "completed" },
    tokens: { ...counts, reasoningOutputTokens: 0, totalTokens: tokens },
  };
  const { append, committed } = thread.prepare(startedTurn(randomUUID()));
  await log.append({ ...append, calls: [call] });
  committed();
}

async function spend(paying: Paying, tokens: number): Promise<Verdict> {
  const id = randomUUID();
  const verdict = await reserve(paying, id);
  if (verdict.type === "granted") await settle(paying, id, verdict.source, tokens);
  return verdict;
}

/** As the operator does. */
function give(tenantId: string, what: { allowance?: number; pool?: number; credits?: number }) {
  return owner`
    insert into tenant_budgets (tenant_id, allowance_primary, pool_primary, credits)
    values (${tenantId}, ${what.allowance ?? null}, ${what.pool ?? null}, ${what.credits ?? 0})
    on conflict (tenant_id) do update set allowance_primary = excluded.allowance_primary, pool_primary = excluded.pool_primary,
      credits = excluded.credits`;
}

async function open(what: Parameters<typeof give>[1]): Promise<TestTenant & Paying> {
  const tenant = await database.addTenant();
  await give(tenant.tenantId, what);
  return { ...tenant, thread: await makeThread(database, tenant) };
}

/** A claim by another node. */
function takeOver({ thread }: Paying) {
  return owner`update threads set fence = fence + 1, owner_node = 'node-b' where id = ${thread.id}`;
}

const usedOf = async ({ tenantId, userId }: TestTenant) => {
  const { pool, allowance, credits } = await database.withTenant(tenantId, (sql) => readStanding(sql, userId));
  return { pool: pool.primary, allowance: allowance.primary, credits };
};

test("without a limit nothing is set aside", async () => {
  const tenant = await database.addTenant();
  const thread = await makeThread(database, tenant);
  expect(await reserve({ ...tenant, thread })).toEqual({ type: "unlimited" });
  expect(await owner`select from usage_reservations where tenant_id = ${tenant.tenantId}`).toHaveLength(0);
});

test("the allowance is used first, then the pool, then credits; then it ends, and says until when", async () => {
  const paying = await open({ allowance: 100, pool: 100, credits: 100 });
  const sources: unknown[] = [];
  for (let n = 0; n < 7; n++) sources.push(await spend(paying, 50));
  expect(sources.slice(0, 6)).toEqual(
    ["allowance", "allowance", "pool", "pool", "credits", "credits"].map((source) => ({ type: "granted", source })),
  );
  expect(sources[6]).toMatchObject({ type: "spent", limit: "pool" });
  const { pool, allowance, credits } = await usedOf(paying);
  expect({ pool: pool.used, allowance: allowance.used, credits }).toEqual({ pool: 100, allowance: 100, credits: 0 });
  const [spent] = sources.slice(6) as [Extract<Verdict, { type: "spent" }>];
  expect(spent.resetsAtMs).toBe(Math.min(pool.resetsAtMs ?? 0, allowance.resetsAtMs ?? 0));
});

test("a person's own limit counts before everything that could pay", async () => {
  const paying = await open({ pool: 1_000_000 });
  const { tenantId, userId } = paying;
  const change = { members: [{ userId, limits: { primary: 80, secondary: null } }] };
  expect(await changeBudgets(database.withTenant, tenantId, change, byOperator)).toBe(true);
  expect((await spend(paying, 80)).type).toBe("granted");
  expect(await reserve(paying)).toMatchObject({ type: "spent", limit: "member" });
  expect(await changeBudgets(database.withTenant, tenantId, { members: [{ userId, limits: null }] }, byOperator)).toBe(
    true,
  );
  expect((await reserve(paying)).type).toBe("granted");
});

test("an owner can ask for less than the operator gives, and not for more", async () => {
  const paying = await open({ pool: 100 });
  await changeBudgets(database.withTenant, paying.tenantId, { pool: { primary: 1_000, secondary: null } }, byOperator);
  expect((await usedOf(paying)).pool.allowed).toBe(100);
  await changeBudgets(database.withTenant, paying.tenantId, { pool: { primary: 60, secondary: null } }, byOperator);
  expect((await usedOf(paying)).pool.allowed).toBe(60);
});

test("who only has others' calls in the way waits", async () => {
  const one = await open({ pool: 100 });
  const two = { ...one, thread: await makeThread(database, one) };
  const id = randomUUID();
  expect(await reserve(one, id)).toEqual({ type: "granted", source: "pool" });
  expect(await reserve(two)).toEqual({ type: "wait" });
  await settle(one, id, "pool", 20);
  expect(await reserve(two)).toEqual({ type: "granted", source: "pool" });
});

test("a call that is made again takes its own place", async () => {
  const paying = await open({ pool: 250 });
  for (let n = 0; n < 5; n++) expect((await reserve(paying)).type).toBe("granted");
  expect((await usedOf(paying)).pool.reserved).toBe(input + output);
});

test("what a lost owner has set aside is free, and what it had sent counts once", async () => {
  const one = await open({ pool: 100 });
  const two = { ...one, thread: await makeThread(database, one) };
  await reserve(one);
  await takeOver(one);
  expect(await reserve(one)).toEqual({ type: "lost" });
  expect((await reserve(two)).type).toBe("granted");
  expect((await usedOf(one)).pool).toMatchObject({ used: input, reserved: input + output });
  await settleLostCalls(database.log);
  expect((await usedOf(one)).pool.used).toBe(input);
});

test("calls without a limit are written down, and count once when their owner is gone", async () => {
  const tenant = await database.addTenant();
  const [one, two] = await Promise.all(
    [1, 2].map(async () => ({ ...tenant, thread: await makeThread(database, tenant) })),
  );
  const noted = (paying: Paying, callId: string) =>
    noteCalls(database.log, [reservationOf(paying, callId)]).then(([outcome]) => outcome);
  const [first, second] = [randomUUID(), randomUUID()];
  const both = [reservationOf(one as Paying, first), reservationOf(two as Paying, second)];
  expect(await noteCalls(database.log, both)).toEqual(["noted", "noted"]);
  // A repeated statement, and a call that is made again.
  expect(await noteCalls(database.log, both)).toEqual(["noted", "noted"]);
  await settle(two as Paying, second, "pool", 30);
  const used = async () => (await usedOf(tenant)).pool;
  expect(await used()).toMatchObject({ used: 30, reserved: input + output });
  await takeOver(one as Paying);
  expect(await noted(one as Paying, randomUUID())).toBe("lost");
  (one as Paying).thread.fence += 1n;
  expect(await noted(one as Paying, randomUUID())).toBe("noted");
  expect(await used()).toMatchObject({ used: 30 + input, reserved: input + output });
  await settleLostCalls(database.log);
  expect(await used()).toMatchObject({ used: 30 + input, reserved: input + output });
  // Whoever sets a limit meanwhile finds what is under way.
  await give(tenant.tenantId, { pool: 30 + input + input + output });
  expect(await reserve(two as Paying)).toEqual({ type: "wait" });
});

type Step =
  | { readonly type: "reserve" | "die"; readonly who: number }
  | { readonly type: "settle"; readonly who: number; readonly tokens: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constantFrom("reserve" as const, "die" as const), who: fc.nat(3) }),
  fc.record({
    type: fc.constant("settle" as const),
    who: fc.nat(3),
    tokens: fc.integer({ min: 1, max: input + output }),
  }),
);

test("however owners die, nothing is overdrawn by more than one call and every call counts once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const limit = 300;
      const tenant = await open({ pool: limit });
      const people: Paying[] = await Promise.all(
        Array.from({ length: 4 }, async () => ({ userId: tenant.userId, thread: await makeThread(database, tenant) })),
      );
      const under = new Map<number, string>();
      let settled = 0;
      let lost = 0;
      for (const each of steps) {
        const paying = people[each.who] as Paying;
        const open = under.get(each.who);
        if (each.type === "reserve") {
          const id = randomUUID();
          const before = (await usedOf(tenant)).pool;
          const verdict = await reserve(paying, id);
          if (verdict.type === "granted") under.set(each.who, id);
          else {
            // It was given back, or taken for lost: the thread has nothing set aside any more.
            under.delete(each.who);
            expect(before.used + before.reserved).toBeGreaterThanOrEqual(
              limit - (open === undefined ? 0 : input + output),
            );
          }
        } else if (each.type === "settle" && open !== undefined) {
          await settle(paying, open, "pool", each.tokens);
          settled += each.tokens;
          under.delete(each.who);
        } else if (each.type === "die") {
          await takeOver(paying);
          paying.thread.fence += 1n;
          if (open !== undefined) lost += input;
          under.delete(each.who);
        }
      }
      await settleLostCalls(database.log);
      const { used, reserved } = (await usedOf(tenant)).pool;
      expect(used).toBe(settled + lost);
      expect(reserved).toBe(under.size * (input + output));
      expect(used + reserved).toBeLessThan(limit + input + output);
    }),
    { numRuns: Math.ceil(runs / 7) },
  );
});
