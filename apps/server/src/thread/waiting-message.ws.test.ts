/** A node is gone between a turn's end and the start of the message that waits: it starts without anybody opening the thread. */
import type { QueuedMessage } from "@skein/timeline/event";
import { expect } from "vitest";
import { commitUnpublished } from "../testing/commit-unpublished.ts";
import { runTurn, startThread } from "../testing/conversation.ts";
import { prompt, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

function waiting(gate: string): QueuedMessage {
  const text = prompt(saysAround(gate, "It ", "waited."))
    .map((input) => input.text)
    .join();
  return { id: gate, clientId: gate, content: [{ type: "text", text, textElements: [] }], metadata: null, actor: null };
}

test("the next start of a node starts what waits", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before);
  await runTurn(before, threadId, [says("The turn before.")]);
  await commitUnpublished(server, threadId, [{ type: "queue.added", message: waiting("by itself") }]);
  await server.restart();
  await server.model.gateReached("by itself");
  const after = await join();
  await after.request("thread/resume", { threadId });
  server.model.releaseGate("by itself");
  expect((await after.notified("turn/completed")).turn.status).toBe("completed");
  const { thread } = await after.request("thread/read", { threadId, includeTurns: true });
  expect(thread.turns).toMatchObject([{}, { items: [{ clientId: "by itself" }, { text: "It waited." }] }]);
  expect((await after.request("thread/queue/list", { threadId })).data).toEqual([]);
});
