/** Questions on several nodes: asked everywhere, listed as what they are, kept over a change of owner, answered by anyone. */
import { expect } from "vitest";
import { clusterTest } from "../testing/cluster-test.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { isServerRequest } from "../testing/frame.ts";
import { asks, says } from "../testing/prompts.ts";
import { startRemoteRunner } from "../testing/remote-workspaces.ts";
import { startTestCluster } from "../testing/start-test-cluster.ts";

/** The nodes share a runner, so that any of them can go on with any thread. */
const test = clusterTest(async () => {
  const runner = await startRemoteRunner();
  const cluster = await startTestCluster(3, (bus) => bus, runner.environment);
  const stop = async () => {
    await cluster.stop();
    await runner.stop();
  };
  return { ...cluster, stop };
});

const question = { id: "q", header: "NUL", question: "Which \u0000?", options: [{ label: "A", description: "a" }] };
const answers = { q: { answers: ["A"] } };

test("a question is asked at every node, and outlives its owner under the same id", async ({ cluster, join }) => {
  const [owner, elsewhere, third] = [await join(0), await join(1), await join(2)];
  const threadId = await startThread(owner);
  await elsewhere.request("thread/resume", { threadId });
  const turnId = await startTurn(owner, threadId, [asks(question)], [says("A it is.")]);
  const { id, params } = await elsewhere.asked("item/tool/requestUserInput");
  expect(await owner.asked("item/tool/requestUserInput")).toMatchObject({ id, params });
  const waiting = { type: "active", activeFlags: ["waitingOnUserInput"] };
  const { data } = await third.request("thread/list", {});
  expect(data.find((thread: { id: string }) => thread.id === threadId).status).toEqual(waiting);

  await cluster.nodes[0]?.stop();
  const { thread } = await third.request("thread/resume", { threadId });
  expect(thread.status).toEqual(waiting);
  expect(await third.asked("item/tool/requestUserInput")).toMatchObject({ id, params });
  third.send({ id, result: { answers } });
  await elsewhere.notified("serverRequest/resolved", ({ requestId }) => requestId === id);
  const { turn } = await elsewhere.notified("turn/completed");
  expect(turn).toMatchObject({ id: turnId, error: null, status: "completed" });
  const told = cluster.model.requests.at(-1)?.body.input.at(-1);
  expect(told).toMatchObject({ type: "function_call_output", output: JSON.stringify({ answers }) });
  expect(elsewhere.frames.filter((frame) => isServerRequest(frame)).map((frame) => frame.id)).toEqual([id]);
});
