/** What people are told of what they use, and what an owner may set. */
import { expect } from "vitest";
import { completedItems, heard, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { gate, runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

const usage = { type: "usage", inputTokens: 4_000, outputTokens: 10 } as const;

test("what was used is told by day, thread and person, and in upstream's words", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, { environments: [] });
  await runTurn(client, threadId, [says("One."), usage]);
  const { standing, report } = await client.request("skein/usage/read");
  expect(standing.pool.primary).toMatchObject({ allowed: null, used: 4_010, reserved: 0 });
  expect(report.threads).toMatchObject([{ threadId, calls: 1, totalTokens: 4_010 }]);
  expect(report.days).toHaveLength(1);
  expect((await client.request("skein/usage/report")).report).toEqual(report);
  const today = new Date().toISOString().slice(0, 10);
  expect(await client.request("account/usage/read", { threadId })).toMatchObject({
    summary: { lifetimeTokens: 4_010, peakDailyTokens: 4_010, currentStreakDays: 1, longestStreakDays: 1 },
    dailyUsageBuckets: [{ startDate: today, tokens: 4_010 }],
    threadUsage: { threadId, groups: [{ inputTokens: 4_000, outputTokens: 10 }], estimatedUsageCreditsMicros: 0 },
  });
  const { rateLimits } = await client.request("account/rateLimits/read");
  expect(rateLimits).toMatchObject({ primary: null, secondary: null, rateLimitReachedType: null });
});

test("a turn in mid-way ends at its next call of the model, and not within one", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const first = [runs("echo counted"), usage] as const;
  await runTurn(client, threadId, [says("Before there was a limit."), usage]);
  await client.request("skein/budget/update", { pool: { primary: 1, secondary: null } });
  const refused = await runTurn(client, threadId, [says("Never said.")]);
  expect(refused).toMatchObject({ status: "failed", error: { codexErrorInfo: "usageLimitExceeded" } });
  const used = (await client.request("skein/usage/read")).standing.pool.primary.used;
  await client.request("skein/budget/update", { pool: { primary: used + 100, secondary: null } });
  const before = server.model.requests.length;
  const turn = await runTurn(client, threadId, [...first], [says("Never said.")]);
  expect(turn).toMatchObject({ status: "failed", error: { codexErrorInfo: "usageLimitExceeded" } });
  expect(server.model.requests.length - before).toBe(1);
  expect(completedItems(client).at(-1)).toMatchObject({ type: "commandExecution", status: "completed" });
  const told = await heard(
    client,
    "account/rateLimits/updated",
    ({ rateLimits }) => rateLimits.primary?.usedPercent === 100,
  );
  expect(told.rateLimits.rateLimitReachedType).toBe("rate_limit_reached");
  await client.request("skein/budget/update", { pool: { primary: null, secondary: null } });
  // Also those who ask for nothing are told that it is over.
  await heard(client, "account/rateLimits/updated", ({ rateLimits }) => rateLimits.primary === null);
  expect((await runTurn(client, threadId, [says("Again.")])).status).toBe("completed");
});

test("an interrupted call counts with what was sent and said, and leaves nothing set aside", async ({
  join,
  server,
}) => {
  const client = await join();
  await client.request("skein/budget/update", { pool: { primary: 10_000_000, secondary: null } });
  const threadId = await startThread(client, { environments: [] });
  const turnId = await startTurn(client, threadId, [says("Some words "), gate("interrupted"), says("never said")]);
  await server.model.gateReached("interrupted");
  expect((await client.request("skein/usage/read")).standing.pool.primary.reserved).toBeGreaterThan(0);
  await client.request("turn/interrupt", { threadId, turnId });
  server.model.releaseGate("interrupted");
  const { standing } = await client.request("skein/usage/read");
  expect(standing.pool.primary.reserved).toBe(0);
  const rows = await server.database.administer(
    (sql) => sql`select outcome, output_tokens::int as output from model_calls where thread_id = ${threadId}`,
  );
  expect([...rows]).toMatchObject([{ outcome: "cut", output: expect.any(Number) }]);
  await client.request("skein/budget/update", { pool: { primary: null, secondary: null } });
});

test("a limit of a stranger is refused in the words for one that nobody knows", async ({ join }) => {
  const client = await join();
  const userId = crypto.randomUUID();
  const update = client.request("skein/budget/update", { members: [{ userId, limits: { primary: 1, secondary: 1 } }] });
  await expect(update).rejects.toThrow(/member not found/);
});

test("each limit that changes is one line of the audit log, and what is saved as it was is none", async ({ join }) => {
  const client = await join();
  const save = (primary: number | null) =>
    client.request("skein/budget/update", { pool: { primary, secondary: null } });
  const told = async () => {
    const { data } = await client.request("skein/audit/list", { actions: ["budget.changed"] });
    return data.map(({ details }: { details: unknown }) => details);
  };
  const before = (await told()).length;
  await Promise.all([save(20_000_000), save(20_000_000)]);
  await save(null);
  const windowSeconds = expect.any(Number);
  expect((await told()).slice(0, -before || undefined)).toEqual([
    { scope: "pool", tokens: null, windowSeconds },
    { scope: "pool", tokens: 20_000_000, windowSeconds },
  ]);
});
