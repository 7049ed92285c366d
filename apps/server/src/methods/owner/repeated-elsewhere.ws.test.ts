/** A client whose node went away sends its commands again to another, and finds what waits there too. */
import { expect } from "vitest";
import { test } from "../../testing/cluster-test.ts";
import { startThread } from "../../testing/conversation.ts";
import { prompt, says, saysAround } from "../../testing/prompts.ts";
import type { TestClient } from "../../testing/test-client.ts";

async function said(client: TestClient, threadId: string): Promise<readonly string[]> {
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  const items = thread.turns.flatMap((turn: { items: { type: string; clientId: string }[] }) => turn.items);
  return items.flatMap((item: { type: string; clientId: string }) =>
    item.type === "userMessage" ? item.clientId : [],
  );
}

test("commands that are sent to several nodes take effect once", async ({ cluster, join }) => {
  const [owner, second, third] = [await join(0), await join(1), await join(2)];
  const threadId = await startThread(owner, { environments: [] });
  await third.request("thread/resume", { threadId });
  const everywhere = (method: string, params: object) =>
    Promise.all([owner, second, third, second, owner].map((client) => client.request(method, { threadId, ...params })));
  const start = { clientUserMessageId: "start", input: prompt(saysAround("everywhere", "Begun", ".")) };
  const turns = await everywhere("turn/start", start);
  expect(new Set(turns.map(({ turn }) => turn.id)).size).toBe(1);
  await third.notified("item/agentMessage/delta");

  const add = { clientUserMessageId: "queued", input: prompt([says("Queued.")]) };
  const queued = await everywhere("thread/queue/add", add);
  expect(new Set(queued.map(({ queuedSubmission }) => queuedSubmission.id)).size).toBe(1);
  const lists = await everywhere("thread/queue/list", {});
  for (const { data } of lists) expect(data).toEqual([queued[0]?.queuedSubmission]);

  cluster.model.releaseGate("everywhere");
  for (let turn = 0; turn < 2; turn += 1) await third.notified("turn/completed");
  expect((await everywhere("turn/start", start)).map(({ turn }) => turn.id)).toEqual(turns.map(({ turn }) => turn.id));
  expect(await everywhere("thread/queue/add", add)).toEqual(queued);
  expect(await said(second, threadId)).toEqual(["start", "queued"]);
});
