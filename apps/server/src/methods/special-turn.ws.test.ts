/** Turns that no prompt starts. */
import { expect } from "vitest";
import { completedItems, expectItemsClosed, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

test("a person's own command runs, and the model reads of it with the next prompt", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  expect(await client.request("thread/shellCommand", { threadId, command: "echo $((40 + 2)) apples" })).toEqual({});
  const { turn } = await client.notified("turn/completed");
  expect(turn).toMatchObject({ status: "completed" });
  expect(completedItems(client)).toMatchObject([
    { type: "commandExecution", source: "userShell", status: "completed", aggregatedOutput: "42 apples\n" },
  ]);
  await runTurn(client, threadId, [says("Seen.")]);
  const told = server.model.requests.at(-1)?.body.input.map((item) => JSON.stringify(item));
  expect(told?.filter((item) => item.includes("42 apples"))).toHaveLength(1);
  expectItemsClosed(client);
});

test("given while a turn runs, it waits for its end, and the turn can be interrupted meanwhile", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, saysAround("held", "Half of ", "it."));
  await client.notified("item/agentMessage/delta");
  expect(await client.request("thread/shellCommand", { threadId, command: "echo after" })).toEqual({});
  await client.request("turn/interrupt", { threadId, turnId });
  const { turn } = await client.notified("turn/completed", ({ turn }) => turn.id !== turnId);
  expect(turn.status).toBe("completed");
  expect(completedItems(client).at(-1)).toMatchObject({ source: "userShell", aggregatedOutput: "after\n" });
});

test("waiting when the server stops, it is not run any more", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  await startTurn(client, threadId, saysAround("stopped", "Half of ", "it."));
  await client.notified("item/agentMessage/delta");
  await client.request("thread/shellCommand", { threadId, command: "echo too late" });
  await server.restart();
  const again = await join();
  const { data } = await again.request("thread/items/list", { threadId });
  expect(data.map(({ item }: { item: { type: string } }) => item.type)).toEqual(["userMessage", "agentMessage"]);
  await again.request("thread/resume", { threadId });
  expect(await runTurn(again, threadId, [says("Still here.")])).toMatchObject({ status: "completed" });
});

test.for([
  ["thread/compact/start", {}, "compacting"],
  ["review/start", { target: { type: "uncommittedChanges" } }, "reviews"],
] as const)("%s is accepted, and its turn fails with the reason", async ([method, params, reason], { join }) => {
  const client = await join();
  const threadId = await startThread(client);
  await client.request(method, { threadId, ...params });
  const { error } = await client.notified("error");
  expect(error.message).toMatch(/^not supported: /);
  expect(error.message).toContain(reason);
  const { turn } = await client.notified("turn/completed");
  expect(turn).toMatchObject({ status: "failed", error: { message: error.message } });
  // The thread takes its next prompt.
  expect(await runTurn(client, threadId, [says("Still here.")])).toMatchObject({ status: "completed" });
});
