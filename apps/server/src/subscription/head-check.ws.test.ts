/** What a node finds out by asking where the logs end: events that nobody published, replaced logs, deleted threads. */
import { expect } from "vitest";
import { deleteThread } from "../log/create-thread.ts";
import { commitUnpublished } from "../testing/commit-unpublished.ts";
import { runTurn, startThread } from "../testing/conversation.ts";
import { says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

async function tenantOf({ database }: TestServer, threadId: string): Promise<string> {
  const rows = await database.administer((sql) => sql`select tenant_id from threads where id = ${threadId}`);
  return rows[0]?.tenant_id;
}

const named = (client: TestClient, name: string) =>
  client.next((frame) => JSON.stringify(frame).includes(`"threadName":"${name}"`));

test("events whose message was lost come without anyone asking, to plain clients and in frames", async ({
  join,
  server,
}) => {
  const [plain, framed] = [await join(), await join({ replay: true })];
  const threadId = await startThread(plain);
  await runTurn(plain, threadId, [says("Hello.")]);
  await framed.request("thread/resume", { threadId });
  const renamed = (name: string) => ({ type: "thread.named", name }) as const;
  await commitUnpublished(server, threadId, [renamed("one"), renamed("two")]);
  await Promise.all([named(plain, "two"), named(framed, "two")]);
  expect(plain.notifications("thread/name/updated").map(({ params }) => params.threadName)).toEqual(["one", "two"]);
  const frames = framed.notifications("skein/thread/events").map(({ params }) => params);
  for (const [index, { from }] of frames.entries()) if (index > 0) expect(from).toBe(frames[index - 1]?.to);
});

test("a log that was replaced resets those with a cursor and closes the thread for the others", async ({
  join,
  server,
}) => {
  const [plain, framed] = [await join(), await join({ replay: true })];
  const threadId = await startThread(plain);
  await runTurn(plain, threadId, [says("Hello.")]);
  const { replay } = await framed.request("thread/resume", { threadId });
  await server.database.administer((sql) => sql`update threads set log_epoch = log_epoch + 1 where id = ${threadId}`);
  expect(await framed.notified("skein/thread/reset")).toEqual({ threadId, reason: "otherEpoch" });
  expect(await plain.notified("thread/closed")).toEqual({ threadId });
  const resumed = await framed.request("thread/resume", { threadId, replay: { cursor: replay.cursor } });
  expect(resumed.replay).toMatchObject({ verdict: "reset", reason: "otherEpoch" });
  await plain.request("thread/resume", { threadId });
  await runTurn(plain, threadId, [says("Again.")]);
  const { cursor } = await framed.notified("skein/thread/events", ({ upToDate }) => upToDate);
  const again = await framed.request("thread/resume", { threadId, replay: { cursor } });
  expect(again.replay.verdict).toBe("continue");
});

test("a thread that was deleted elsewhere ends for its followers", async ({ join, server }) => {
  const [plain, framed] = [await join(), await join({ replay: true })];
  const threadId = await startThread(plain);
  await framed.request("thread/resume", { threadId });
  const tenantId = await tenantOf(server, threadId);
  await server.database.withTenant(tenantId, (sql) => deleteThread(sql, threadId));
  for (const client of [plain, framed]) expect(await client.notified("thread/deleted")).toEqual({ threadId });
  expect(await plain.request("thread/unsubscribe", { threadId })).toEqual({ status: "notLoaded" });
});
