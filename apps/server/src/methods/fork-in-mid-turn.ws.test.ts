/** A thread is copied while its turn runs: the turn goes on where it was begun, and there alone, whatever happens to the server. */
import { expect } from "vitest";
import { completedItems, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { gate, runs, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const turnsOf = async (client: TestClient, threadId: string) =>
  (await client.request("thread/read", { threadId, includeTurns: true })).thread.turns;

test("in mid-message: the copy keeps what had been said, and asks the model nothing", async ({ join, server }) => {
  const before = await join();
  const source = await startThread(before);
  const turnId = await startTurn(before, source, saysAround("forked", "Half", " and half."));
  await before.notified("item/agentMessage/delta");
  const { thread: fork } = await before.request("thread/fork", { threadId: source });
  expect(fork).toMatchObject({ forkedFromId: source, status: { type: "idle" } });
  const copied = await turnsOf(before, fork.id);
  expect(copied).toMatchObject([
    {
      ...{ id: turnId, status: "interrupted", error: null },
      items: [{ type: "userMessage" }, { type: "agentMessage", text: "Half" }],
    },
  ]);
  server.model.releaseGate("forked");
  expect((await before.notified("turn/completed", ({ threadId }) => threadId === source)).turn.status).toBe(
    "completed",
  );
  const asked = server.model.requests.length;
  await server.restart();
  const after = await join();
  const resumed = await after.request("thread/resume", { threadId: fork.id });
  expect(resumed.thread.status).toEqual({ type: "idle" });
  expect(await turnsOf(after, fork.id)).toEqual(copied);
  expect(server.model.requests).toHaveLength(asked);
  await runTurn(after, fork.id, [says("Only in the fork.")]);
  expect(server.model.requests).toHaveLength(asked + 1);
  const heard = server.model.requests.at(-1)?.body.input ?? [];
  expect(JSON.stringify(heard)).toContain("copied while the turn was running");
  expect(heard.filter(({ role }) => role === "assistant")).toEqual([]);
  expect(JSON.stringify(await turnsOf(after, source))).not.toContain("Only in the fork.");
});

test("while an approval waits: it is the source's alone, and what was asked runs once", async ({ join, server }) => {
  const before = await join();
  const source = await startThread(before, { approvalPolicy: "untrusted" });
  await startTurn(before, source, [runs("echo ran >> forked.txt; cat forked.txt")], [says("Done.")]);
  const { id } = await before.asked();
  const { thread: fork } = await before.request("thread/fork", { threadId: source });
  await server.restart();
  const after = await join();
  expect((await after.request("thread/resume", { threadId: fork.id })).thread.status).toEqual({ type: "idle" });
  expect(await turnsOf(after, fork.id)).toMatchObject([
    { status: "interrupted", items: [{ type: "userMessage" }, { type: "commandExecution", status: "failed" }] },
  ]);
  await after.request("thread/resume", { threadId: source });
  expect(await after.asked()).toMatchObject({ id, params: { threadId: source } });
  after.send({ id, result: { decision: "accept" } });
  await after.notified("turn/completed", ({ threadId }) => threadId === source);
  expect(completedItems(after).filter(({ type }) => type === "commandExecution")).toMatchObject([
    { status: "completed", aggregatedOutput: "ran\n" },
  ]);
  await runTurn(after, fork.id, [says("What was that?")]);
  expect(JSON.stringify(server.model.requests.at(-1)?.body.input)).toContain("may still take effect");
});

test("a command in the background stays with the source, and is closed in the copy", async ({ join }) => {
  const client = await join();
  const source = await startThread(client);
  await runTurn(client, source, [runs("echo begun; sleep 600", { yield_time_ms: 250 })], [says("It runs.")]);
  const { thread: fork } = await client.request("thread/fork", { threadId: source });
  const [turn] = await turnsOf(client, fork.id);
  expect(turn.items[1]).toMatchObject({
    ...{ type: "commandExecution", status: "failed" },
    aggregatedOutput: "begun\nleft to the thread that this one was copied from\n",
  });
  const running = async (threadId: string) =>
    (await client.request("thread/backgroundTerminals/list", { threadId })).data;
  expect(await running(fork.id)).toEqual([]);
  const [command] = await running(source);
  await client.request("thread/backgroundTerminals/terminate", { threadId: source, processId: command.processId });
  await client.notified(
    "item/completed",
    ({ threadId, item }) => threadId === source && item.type === "commandExecution",
  );
});

test("a source that writes all the while is copied as it was at one moment", async ({ join, server }) => {
  const client = await join();
  const source = await startThread(client);
  const words = Array.from({ length: 300 }, (_, index) => `word${index} `);
  await startTurn(client, source, [{ type: "say", deltas: words, delayMs: 2 }, gate("written")], [says("Done.")]);
  await client.notified("item/agentMessage/delta");
  const forks = await Promise.all([1, 2, 3].map(() => client.request("thread/fork", { threadId: source })));
  server.model.releaseGate("written");
  await client.notified("turn/completed", ({ threadId }) => threadId === source);
  for (const { thread } of forks) {
    const [turn] = await turnsOf(client, thread.id);
    expect(turn.status).toBe("interrupted");
    const { text } = turn.items.find(({ type }: { type: string }) => type === "agentMessage");
    expect(text).not.toBe("");
    expect(words.join("").startsWith(text)).toBe(true);
  }
});
