/** The order in which a plain client sees what a turn does. */
import { expect } from "vitest";
import { completedItems, expectItemsClosed, outline, runTurn, startThread } from "../testing/conversation.ts";
import { patches, plans, runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

const opening = [
  "answer",
  "thread/status/changed",
  "turn/started",
  "item/started userMessage",
  "item/completed userMessage",
];
const message = ["item/started agentMessage", "item/agentMessage/delta", "item/completed agentMessage"];
const usage = "thread/tokenUsage/updated";
const ending = [...message, usage, "thread/status/changed", "turn/completed"];

test("thread/start is answered before it is announced", async ({ join }) => {
  const client = await join();
  const { thread } = await client.request("thread/start", {});
  expect(await client.notified("thread/started")).toMatchObject({
    thread: { id: thread.id, status: { type: "idle" } },
  });
  expect(outline(client.frames)).toEqual(["answer", "answer", "thread/started"]);
});

test("a plain turn: the answer, what was asked, the message, what it cost, the end", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const from = client.frames.length;
  const turn = await runTurn(client, threadId, [says("Hello ", "there.")]);
  expect(outline(client.frames.slice(from))).toEqual([...opening, ...ending]);
  expect(turn).toMatchObject({
    status: "completed",
    error: null,
    items: [{ type: "agentMessage", text: "Hello there." }],
  });
  expect(
    client
      .notifications("item/agentMessage/delta")
      .map(({ params }) => params.delta)
      .join(""),
  ).toBe("Hello there.");
  expect(client.notifications("thread/status/changed").map(({ params }) => params.status.type)).toEqual([
    "active",
    "idle",
  ]);
});

test("reasoning comes part by part, and its item ends with all of them", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const from = client.frames.length;
  await runTurn(client, threadId, [{ type: "reasoning", summary: ["First.", "Then."] }, says("Done.")]);
  const part = ["item/reasoning/summaryPartAdded", "item/reasoning/summaryTextDelta"];
  expect(outline(client.frames.slice(from))).toEqual([
    ...opening,
    ...["item/started reasoning", ...part, ...part, "item/completed reasoning"],
    ...ending,
  ]);
  expect(completedItems(client).at(1)).toMatchObject({ type: "reasoning", summary: ["First.", "Then."] });
});

test("a command starts, says what it prints, and ends with all of it", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const from = client.frames.length;
  await runTurn(client, threadId, [runs("echo one; echo two >&2; exit 3")], [says("It failed.")]);
  expect(outline(client.frames.slice(from))).toEqual([
    ...[...opening, usage],
    ...["item/started commandExecution", "item/commandExecution/outputDelta", "item/completed commandExecution"],
    ...ending,
  ]);
  const item = completedItems(client).find(({ type }) => type === "commandExecution");
  expect(item).toMatchObject({ status: "failed", exitCode: 3, cwd: "/workspaces/main" });
  expect(item.aggregatedOutput.split("\n").sort()).toEqual(["", "one", "two"]);
  const output = JSON.stringify(server.model.requests.at(-1)?.body.input.at(-1));
  expect(output).toContain("Process exited with code 3");
  expectItemsClosed(client);
});

test("a patch shows its changes, and the turn its diff", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const from = client.frames.length;
  await runTurn(client, threadId, [patches("*** Add File: notes/a.txt", "+one", "+two")], [says("Written.")]);
  const change = ["item/started fileChange", "item/completed fileChange", "turn/diff/updated"];
  expect(outline(client.frames.slice(from)).filter((name) => name !== usage)).toEqual([
    ...opening,
    ...change,
    ...ending.filter((name) => name !== usage),
  ]);
  expect(completedItems(client).find(({ type }) => type === "fileChange")).toMatchObject({
    status: "completed",
    changes: [{ path: "/workspaces/main/notes/a.txt", kind: { type: "add" }, diff: "one\ntwo\n" }],
  });
  expect(client.notifications("turn/diff/updated").at(-1)?.params.diff).toContain("+++ b/notes/a.txt\n@@ -0,0 +1,2 @@");
});

test("a patch that does not apply makes no item; the model reads why", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  await runTurn(client, threadId, [patches("*** Update File: missing.txt", "@@", "-a", "+b")], [says("I see.")]);
  expect(completedItems(client).map(({ type }) => type)).toEqual(["userMessage", "agentMessage"]);
  expect(JSON.stringify(server.model.requests.at(-1)?.body.input.at(-1))).toContain("missing.txt");
});

test("a plan is told as it is, and is no item", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const steps = [
    { step: "Look", status: "completed" },
    { step: "Write", status: "in_progress" },
  ];
  const turn = await runTurn(client, threadId, [plans(...steps)], [says("Planned.")]);
  expect(client.notifications("turn/plan/updated").map(({ params }) => params)).toEqual([
    {
      threadId,
      turnId: turn.id,
      explanation: null,
      plan: [
        { step: "Look", status: "completed" },
        { step: "Write", status: "inProgress" },
      ],
    },
  ]);
  expect(completedItems(client).map(({ type }) => type)).toEqual(["userMessage", "agentMessage"]);
});
