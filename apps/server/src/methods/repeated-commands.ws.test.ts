/** A command that is sent again under its key takes effect once, and its sender gets the first result. */
import { expect } from "vitest";
import { completedItems, runTurn, startThread } from "../testing/conversation.ts";
import { gate, prompt, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const reused = { code: -32600, message: "clientUserMessageId was used before with different input" };

async function turnsOf(client: TestClient, threadId: string) {
  return (await client.request("thread/read", { threadId, includeTurns: true })).thread.turns;
}

/** The keys of the messages that the thread holds, in their order. */
async function saidIn(client: TestClient, threadId: string): Promise<readonly string[]> {
  const items = (await turnsOf(client, threadId)).flatMap(
    (turn: { items: { type: string; clientId: string }[] }) => turn.items,
  );
  return items.flatMap(({ type, clientId }: { type: string; clientId: string }) =>
    type === "userMessage" ? [clientId] : [],
  );
}

test("turn/start: while the turn runs, after it, on another connection and after a restart", async ({
  join,
  server,
}) => {
  const client = await join();
  const threadId = await startThread(client);
  const message = { threadId, clientUserMessageId: "again", input: prompt(saysAround("again", "Once", ".")) };
  const { turn } = await client.request("turn/start", message);
  await server.model.gateReached("again");
  expect(await client.request("turn/start", message)).toMatchObject({ turn: { id: turn.id } });
  const other = await join();
  expect(await other.request("turn/start", message)).toMatchObject({ turn: { id: turn.id } });
  server.model.releaseGate("again");
  await client.notified("turn/completed");
  expect(await client.request("turn/start", message)).toMatchObject({ turn: { id: turn.id } });
  await server.restart();
  const later = await join();
  expect(await later.request("turn/start", message)).toMatchObject({ turn: { id: turn.id } });
  expect((await later.ask("turn/start", { ...message, input: prompt([says("Other.")]) })).error).toMatchObject(reused);
  expect(await saidIn(later, threadId)).toEqual(["again"]);
  expect(await turnsOf(later, threadId)).toHaveLength(1);
});

test("repeats that race each other on two connections start one turn", async ({ join, server }) => {
  const clients = [await join(), await join()];
  const [client] = clients as [TestClient, TestClient];
  const threadId = await startThread(client);
  const message = { threadId, clientUserMessageId: "race", input: prompt([gate("race"), says("Won.")]) };
  const racing = [0, 1, 0, 1, 0, 1].map((index) => clients[index]?.request("turn/start", message));
  const ids = (await Promise.all(racing)).map((result) => result?.turn.id);
  expect(new Set(ids).size).toBe(1);
  server.model.releaseGate("race");
  await client.notified("turn/completed");
  expect(await saidIn(client, threadId)).toEqual(["race"]);
});

test("turn/steer: again, as turn/start, and when the turn is long over", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const first = await client.request("turn/start", { threadId, input: prompt(saysAround("steered", "Half", ".")) });
  await client.notified("item/agentMessage/delta");
  const message = { threadId, clientUserMessageId: "steer", input: prompt(saysAround("turned", "Turned", ".")) };
  const steer = { ...message, expectedTurnId: first.turn.id };
  const racing = [steer, steer].map((params) => client.request("turn/steer", params));
  expect(await Promise.all(racing)).toEqual([{ turnId: first.turn.id }, { turnId: first.turn.id }]);
  expect(await client.request("turn/start", message)).toMatchObject({ turn: { id: first.turn.id } });
  for (const name of ["steered", "turned"]) server.model.releaseGate(name);
  await client.notified("turn/completed");
  expect(await client.request("turn/steer", steer)).toEqual({ turnId: first.turn.id });
  expect(await client.request("turn/start", message)).toMatchObject({ turn: { id: first.turn.id } });
  expect((await client.ask("turn/steer", { ...steer, input: prompt() })).error).toMatchObject(reused);
  expect(await saidIn(client, threadId)).toEqual([null, "steer"]);
  expect(await turnsOf(client, threadId)).toHaveLength(1);
});

test("a message that begins a turn may be repeated as a steer", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const message = { threadId, clientUserMessageId: "first", input: prompt(saysAround("as steer", "Half", ".")) };
  const { turn } = await client.request("turn/start", message);
  const steered = await client.request("turn/steer", { ...message, expectedTurnId: turn.id });
  expect(steered).toEqual({ turnId: turn.id });
  server.model.releaseGate("as steer");
  await client.notified("turn/completed");
  expect(completedItems(client).map(({ type }) => type)).toEqual(["userMessage", "agentMessage"]);
});

test("what was refused may be sent again under its key", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  await runTurn(client, threadId, [says("Something to archive.")]);
  await client.request("thread/archive", { threadId });
  const message = { threadId, clientUserMessageId: "later", input: prompt([says("Now.")]) };
  expect((await client.ask("turn/start", message)).error?.message).toMatch(/archived/);
  await client.request("thread/unarchive", { threadId });
  const nowhere = { ...message, cwd: "/nowhere-at-all" };
  expect((await client.ask("turn/start", nowhere)).error?.message).toMatch(/nowhere-at-all/);
  const steer = { ...message, expectedTurnId: "none" };
  expect((await client.ask("turn/steer", steer)).error?.message).toBe("no active turn to steer");
  const { turn } = await client.request("turn/start", message);
  await client.notified("turn/completed", (params) => params.turn.id === turn.id);
  expect(await saidIn(client, threadId)).toEqual([null, "later"]);
});

test("a key counts in its thread, and only what was said is compared", async ({ join }) => {
  const client = await join();
  const [one, two] = [await startThread(client), await startThread(client)];
  const said = { clientUserMessageId: "k".repeat(5_000), input: prompt([says("Heard.")]) };
  const first = await client.request("turn/start", { threadId: one, ...said });
  const second = await client.request("turn/start", { threadId: two, ...said });
  expect(second.turn.id).not.toBe(first.turn.id);
  const repeat = { threadId: one, ...said, effort: "high", outputSchema: { type: "object" } };
  expect(await client.request("turn/start", repeat)).toMatchObject({ turn: { id: first.turn.id } });
  const other = { threadId: one, ...said, clientUserMessageId: `${"k".repeat(4_999)}j` };
  expect((await client.request("turn/start", other)).turn.id).not.toBe(undefined);
});

test("messages without a key are different messages", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  for (const key of [null, ""]) {
    const message = { threadId, clientUserMessageId: key, input: prompt([says("Said.")]) };
    for (let time = 0; time < 2; time += 1) {
      const { turn } = await client.request("turn/start", message);
      await client.notified("turn/completed", (params) => params.turn.id === turn.id);
    }
  }
  expect(await turnsOf(client, threadId)).toHaveLength(4);
});
