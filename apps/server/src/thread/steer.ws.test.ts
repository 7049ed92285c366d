/** Saying something more to a turn that runs. */
import { expect } from "vitest";
import type { ModelRequest } from "../../../../e2e/scripted-model/request.ts";
import { completedItems, expectItemsClosed, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { prompt, runs, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

const text = (words: string) => [{ type: "text", text: words, text_elements: [] }];

const userTexts = (request: ModelRequest | undefined) =>
  request?.input.filter(({ role }) => role === "user").map((item) => JSON.stringify(item.content)) ?? [];

test("while text streams: what was said ends there, and the model is asked again", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, saysAround("steer text", "Half of ", "it."));
  await client.notified("item/agentMessage/delta");
  const input = prompt([says("As you wish.")]);
  const steered = await client.request("turn/steer", {
    threadId,
    expectedTurnId: turnId,
    input,
    clientUserMessageId: "key",
  });
  expect(steered).toEqual({ turnId });
  const { turn } = await client.notified("turn/completed");
  expect(turn).toMatchObject({ id: turnId, status: "completed" });
  expect(completedItems(client).map(({ type, text, clientId }) => [type, text ?? clientId])).toEqual([
    ["userMessage", null],
    ["agentMessage", "Half of "],
    ["userMessage", "key"],
    ["agentMessage", "As you wish."],
  ]);
  expectItemsClosed(client);
  server.model.releaseGate("steer text");
});

test("while a command runs: it runs on, and the model hears both", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(
    client,
    threadId,
    [runs("echo begun; until test -e go; do :; done; echo ended")],
    [says("Both.")],
  );
  await client.notified("item/commandExecution/outputDelta");
  await client.request("turn/steer", { threadId, expectedTurnId: turnId, input: text("more words") });
  const other = await join();
  await runTurn(other, await startThread(other), [runs("touch go")], [says("Freed.")]);
  const { turn } = await client.notified("turn/completed", ({ turn }) => turn.id === turnId);
  expect(turn.status).toBe("completed");
  expect(
    completedItems(client).find(({ type, command }) => type === "commandExecution" && command.includes("begun")),
  ).toMatchObject({
    ...{ status: "completed", aggregatedOutput: "begun\nended\n" },
  });
  // The other thread asks the model too, so the last request need not be this one's.
  const heard = server.model.requests.flatMap(({ body }) => userTexts(body));
  expect(heard.some((words) => words.includes("more words"))).toBe(true);
  expectItemsClosed(client);
});

test("turn/start while a turn runs steers it", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, saysAround("start steers", "Half of ", "it."));
  await client.notified("item/agentMessage/delta");
  expect(await startTurn(client, threadId, [says("Instead.")])).toBe(turnId);
  const { turn } = await client.notified("turn/completed");
  expect(turn).toMatchObject({ id: turnId, items: [{ text: "Instead." }] });
  expect(client.notifications("turn/started")).toHaveLength(1);
  expectItemsClosed(client);
});

test("what cannot be steered says why", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const input = text("hello?");
  const idle = await client.ask("turn/steer", { threadId, expectedTurnId: "any", input });
  expect(idle.error).toMatchObject({ code: -32600, message: "no active turn to steer" });
  const turnId = await startTurn(client, threadId, saysAround("wrong turn", "Half", "."));
  await client.notified("item/agentMessage/delta");
  const other = await client.ask("turn/steer", { threadId, expectedTurnId: "other", input });
  expect(other.error).toMatchObject({
    code: -32600,
    message: `expected active turn id \`other\` but found \`${turnId}\``,
  });
  const empty = await client.ask("turn/steer", { threadId, expectedTurnId: turnId, input: [] });
  expect(empty.error).toMatchObject({ code: -32600, message: "input must not be empty" });
  await client.request("turn/interrupt", { threadId, turnId });
});
