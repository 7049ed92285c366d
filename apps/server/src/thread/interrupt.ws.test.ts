/** Interrupting at every place where a turn can be: it ends, and so does everything that it had begun. */
import { expect } from "vitest";
import {
  completedItems,
  expectItemsClosed,
  outline,
  runTurn,
  startThread,
  startTurn,
} from "../testing/conversation.ts";
import { gate, runs, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

test("while text streams: the message ends with what was said", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, saysAround("interrupt text", "Half of ", "it."));
  await client.notified("item/agentMessage/delta");
  const from = client.frames.length;
  await client.request("turn/interrupt", { threadId, turnId });
  const { turn } = await client.notified("turn/completed");
  expect(turn).toMatchObject({ id: turnId, status: "interrupted", error: null });
  expect(outline(client.frames.slice(from)).filter((name) => name !== "answer")).toEqual([
    ...["item/completed agentMessage", "thread/status/changed", "turn/completed"],
  ]);
  expect(completedItems(client).at(-1)).toMatchObject({ type: "agentMessage", text: "Half of " });
  expectItemsClosed(client);
  server.model.releaseGate("interrupt text");
  expect((await runTurn(client, threadId, [says("Again.")])).status).toBe("completed");
});

test("while a command runs: it is killed, and its item ends with what it printed", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, [runs("echo begun; sleep 600; touch survived")], [says("Unheard.")]);
  await client.notified("item/commandExecution/outputDelta");
  await client.request("turn/interrupt", { threadId, turnId });
  const { turn } = await client.notified("turn/completed");
  expect(turn.status).toBe("interrupted");
  expect(completedItems(client).at(-1)).toMatchObject({
    ...{ type: "commandExecution", status: "failed", aggregatedOutput: "begun\n" },
  });
  expectItemsClosed(client);
  await runTurn(client, threadId, [runs("pgrep -c sleep; ls")], [says("Gone.")]);
  const after = completedItems(client).findLast(({ type }) => type === "commandExecution");
  expect(after.aggregatedOutput).not.toContain("survived");
});

test("while an approval waits: it is withdrawn from everybody", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, { approvalPolicy: "untrusted" });
  const turnId = await startTurn(client, threadId, [runs("touch never")], [says("Unheard.")]);
  const { id } = await client.asked();
  await client.request("turn/interrupt", { threadId, turnId });
  const { turn } = await client.notified("turn/completed");
  expect(turn.status).toBe("interrupted");
  expect(client.notifications("serverRequest/resolved").map(({ params }) => params)).toEqual([
    { threadId, requestId: id },
  ]);
  expectItemsClosed(client);
  client.send({ id, result: { decision: "accept" } });
  await runTurn(client, threadId, [runs("ls")], [says("Nothing.")]);
  expect(
    completedItems(client).findLast(({ type }) => type === "commandExecution").aggregatedOutput ?? "",
  ).not.toContain("never");
});

test("before the model has said a word", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, [gate("silent"), says("Unheard.")]);
  await server.model.gateReached("silent");
  await client.request("turn/interrupt", { threadId, turnId });
  expect((await client.notified("turn/completed")).turn.status).toBe("interrupted");
  expectItemsClosed(client);
});

test("an empty turn id means the one that runs; another one is refused", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, saysAround("never released", "Half", "."));
  await client.notified("item/agentMessage/delta");
  expect((await client.ask("turn/interrupt", { threadId, turnId: "other" })).error).toMatchObject({
    code: -32600,
    message: `expected active turn id \`other\` but found \`${turnId}\``,
  });
  await client.request("turn/interrupt", { threadId, turnId: "" });
  expect((await client.notified("turn/completed")).turn.status).toBe("interrupted");
});

test("a turn cannot be interrupted twice", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, saysAround("twice", "Half", "."));
  await client.notified("item/agentMessage/delta");
  await client.request("turn/interrupt", { threadId, turnId });
  expect((await client.ask("turn/interrupt", { threadId, turnId })).error).toMatchObject({
    ...{ code: -32600, message: "no active turn to interrupt" },
  });
  expect(client.notifications("turn/completed")).toHaveLength(1);
});
