/** The database goes away under a server with clients: they are told, nothing is claimed that is not stored, and work goes on. */
import type { TransactionSql } from "postgres";
import { expect, vi } from "vitest";
import type { PostgresProxy } from "../database/testing/postgres-proxy.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { prompt, says, saysAround } from "../testing/prompts.ts";
import { test as base } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import { Refused } from "../testing/test-client.ts";
import { throughProxy } from "../testing/through-proxy.ts";

let proxy: PostgresProxy;

const test = base.extend<{ server: TestServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      // However slow the machine: no lease ends in these tests.
      const server = await startTestServer(
        { SKEIN_LEASE_SECONDS: "120" },
        throughProxy((listening) => {
          proxy = listening;
        }),
      );
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
});

const readiness = async (server: TestServer) => {
  const response = await fetch(`${server.app.address.url}/readyz`);
  return { code: response.status, ...((await response.json()) as { status: string; reason?: string }) };
};

test("a turn waits while the database is away, and goes on when it is back", async ({ join, server }) => {
  const client = await join({ replay: true });
  const plain = await join();
  const { thread } = await client.request("thread/start", {});
  const { turn } = await client.request("turn/start", {
    threadId: thread.id,
    input: prompt(saysAround("away", "Said before, ", "said after.")),
  });
  await server.model.gateReached("away");

  await proxy.goAway();
  server.model.releaseGate("away");
  const told = await client.notified("skein/server/status");
  expect(told.database).toMatchObject({ state: "unavailable", reason: "unreachable" });
  expect(await plain.notified("warning")).toMatchObject({ message: expect.stringContaining("Saving is paused") });
  expect(await readiness(server)).toEqual({
    code: 503,
    status: "the database does not answer",
    reason: "unreachable",
  });
  expect(await client.ask("thread/read", { threadId: thread.id })).toMatchObject({
    error: { code: -32001, data: { kind: "databaseUnavailable", retry: "later", reason: "unreachable" } },
  });

  await proxy.comeBack();
  expect(await client.notified("skein/server/status")).toEqual({ database: { state: "available" } });
  expect(await plain.notified("warning")).toMatchObject({ message: "Saving works again." });
  await vi.waitUntil(async () => (await readiness(server)).code === 200);
  await client.notified("skein/thread/events", ({ events }) => {
    return events.some(({ method }: { method: string }) => method === "turn/completed");
  });
  const read = await client.request("thread/read", { threadId: thread.id, includeTurns: true });
  expect(read.thread.turns).toMatchObject([
    { id: turn.id, status: "completed", items: [{}, { type: "agentMessage", text: "Said before, said after." }] },
  ]);
});

test("a command that cannot be stored is not acknowledged, and is carried out once when it is repeated", async ({
  join,
}) => {
  const client = await join();
  const threadId = await startThread(client);
  await startTurn(client, threadId, [says("Hello.")]);
  await client.notified("turn/completed");
  const params = { threadId, clientUserMessageId: "message-1", input: prompt([says("Once.")]) };

  await proxy.goAway();
  await expect(client.request("turn/start", params)).rejects.toThrow(Refused);
  await proxy.comeBack();

  const again = await vi.waitUntil(() => client.request("turn/start", params).catch(() => null), { timeout: 20_000 });
  await client.notified("turn/completed", ({ turn }) => turn.id === again.turn.id);
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  expect(thread.turns).toMatchObject([{ items: [{}, { text: "Hello." }] }, { items: [{}, { text: "Once." }] }]);
});

test("a message that was queued after its answer had been given up starts all the same", async ({ join, server }) => {
  const [client, other] = [await join(), await join()];
  const threadId = await startThread(client);
  await other.request("thread/resume", { threadId });
  await server.database.administer((sql) =>
    sql.begin(async (holder) => {
      await holder`select from threads where id = ${threadId} for update`;
      const params = { threadId, clientUserMessageId: "late", input: prompt([says("Late.")]) };
      const added = client.ask("thread/queue/add", params);
      await vi.waitUntil(async () => (await appendsSince(holder)) > 0, { timeout: 20_000 });
      await proxy.goAway();
      expect(await added).toMatchObject({ error: { data: { kind: "databaseUnavailable" } } });
    }),
  );
  await proxy.comeBack();
  expect((await other.notified("turn/completed")).turn.status).toBe("completed");
});

/** How many connections have tried to append since the transaction began. */
async function appendsSince(sql: TransactionSql): Promise<number> {
  await sql`select pg_stat_clear_snapshot()`;
  const tried = await sql`
    select from pg_stat_activity
    where datname = current_database() and usename = 'skein_log' and query like '%append_events%' and query_start > now()`;
  return tried.length;
}

test("connections that stand still without a word end nothing but themselves", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  await startTurn(client, threadId, saysAround("frozen", "Before, ", "after."));
  await server.model.gateReached("frozen");

  proxy.freeze();
  server.model.releaseGate("frozen");
  await client.notified("warning", ({ message }) => message.startsWith("Saving is paused"));
  expect(await readiness(server)).toMatchObject({ code: 503, reason: "unreachable" });
  expect(await client.ask("thread/list", {})).toMatchObject({ error: { data: { kind: "databaseUnavailable" } } });

  proxy.thaw();
  await client.notified("warning", ({ message }) => message === "Saving works again.");
  expect((await client.notified("turn/completed")).turn.status).toBe("completed");
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  expect(thread.turns[0].items[1].text).toBe("Before, after.");
});
