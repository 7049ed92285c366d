/** What people, models and commands may send, through the public door: it is kept exactly, or refused in words, and hurts nobody else. */
import { expect } from "vitest";
import { completedItems, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { prompt, runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const read = async (client: TestClient, threadId: string) =>
  (await client.request("thread/read", { threadId, includeTurns: true })).thread.turns;

test("what the model says comes back as it was said, control characters and halves of pairs included", async ({
  join,
}) => {
  const client = await join();
  const threadId = await startThread(client);
  const text =
    "NUL \u0000, separators \u001d\u001e\u001f, escapes \\u0000 \\ud800, bidi \u202e\u2066, \u{1f600}, \uffff.";
  await runTurn(client, threadId, [says(text.slice(0, 10), text.slice(10))]);
  const [turn] = await read(client, threadId);
  expect(turn.items.at(-1).text).toBe(text);
});

test("a command that prints NUL, broken UTF-8 and a megabyte leaves a thread that reads and goes on", async ({
  join,
}) => {
  const client = await join();
  const threadId = await startThread(client, { approvalPolicy: "never", sandbox: "read-only" });
  const script = "printf 'a\\000b\\377\\355\\240\\200c\\n'; head -c 1000000 /dev/zero | tr '\\000' x; echo; echo end";
  const turn = await runTurn(client, threadId, [runs(script)], [says("Done.")]);
  expect(turn.status).toBe("completed");
  const command = completedItems(client).find(({ type }) => type === "commandExecution");
  expect(command).toMatchObject({ status: "completed", exitCode: 0 });
  expect(command.aggregatedOutput).toContain("a\u0000b");
  expect(command.aggregatedOutput.trimEnd().endsWith("end")).toBe(true);
  const [kept] = await read(client, threadId);
  expect(kept.items.find(({ type }: { type: string }) => type === "commandExecution")).toEqual(command);
  expect((await runTurn(client, threadId, [says("Next.")])).status).toBe("completed");
});

test("a pasted picture of two megabytes is kept once, and is there after a restart", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const url = `data:image/png;base64,${"iVBORw0KGgo".repeat(180_000)}`;
  const input = [...prompt([says("I see.")]), { type: "image", url }];
  await client.request("turn/start", { threadId, input });
  await client.notified("turn/completed");
  await server.restart();
  const again = await join();
  const [turn] = await read(again, threadId);
  expect(turn.items[0].content.at(-1)).toMatchObject({ type: "image", url });
});

test("arguments of a tool that are no JSON, too deep or full of huge numbers end no turn", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, { approvalPolicy: "never" });
  const deep = JSON.parse(`${"[".repeat(2000)}${"]".repeat(2000)}`) as unknown;
  const turn = await runTurn(
    client,
    threadId,
    [{ type: "call", name: "exec_command", arguments: { cmd: deep }, callId: "call_deep" }],
    [{ type: "call", name: "exec_command", arguments: { cmd: "true", yield_time_ms: 1e308 }, callId: "call_huge" }],
    [
      {
        type: "call",
        name: "update_plan",
        arguments: { plan: [{ step: "\u0000\ud800", status: "pending" }] },
        callId: "call_nul",
      },
    ],
    [says("Still here.")],
  );
  expect(turn.status).toBe("completed");
  expect((await read(client, threadId))[0].items.at(-1).text).toBe("Still here.");
});

test("an id of the model's with control characters harms its own turn at most", async ({ join }) => {
  const client = await join();
  const other = await startThread(client);
  const threadId = await startThread(client);
  const poisoned = await startTurn(client, threadId, [
    { type: "call", name: "update_plan", arguments: { plan: [] }, callId: "call_\u0000\u001e" },
  ]);
  const ended = (await client.notified("turn/completed", ({ turn }) => turn.id === poisoned)).turn;
  expect(["completed", "failed"]).toContain(ended.status);
  expect((await runTurn(client, threadId, [says("Usable.")])).status).toBe("completed");
  expect((await runTurn(client, other, [says("Untouched.")])).status).toBe("completed");
});
