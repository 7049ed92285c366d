/** Clients at other nodes than the owner of a thread see what those at the owner see. */
import { expect } from "vitest";
import { test } from "../testing/cluster-test.ts";
import { outline, startThread, startTurn } from "../testing/conversation.ts";
import { isNotification, type ServerFrame } from "../testing/frame.ts";
import { runs, says, saysAround } from "../testing/prompts.ts";

const tool = { approvalPolicy: "untrusted" };
const ofTurn = (frames: readonly ServerFrame[]) => outline(frames.filter((frame) => isNotification(frame)));

test("who follows at another node sees the turn, frame for frame", async ({ join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await startThread(owner, { environments: [] });
  await elsewhere.request("thread/resume", { threadId });
  const [before, beforeElsewhere] = [owner.frames.length, elsewhere.frames.length];
  await startTurn(owner, threadId, [says("Hello", " there", ".")]);
  await owner.notified("thread/status/changed", ({ status }) => status.type === "idle");
  await elsewhere.notified("turn/completed");
  const seen = ofTurn(elsewhere.frames.slice(beforeElsewhere));
  expect(seen).toEqual(ofTurn(owner.frames.slice(before)));
  expect(seen.filter((name) => name === "thread/status/changed")).toHaveLength(2);
});

test("who joins at another node in mid-stream gets the text so far, and the rest once", async ({ cluster, join }) => {
  const [owner, elsewhere] = [await join(0), await join(2)];
  const threadId = await startThread(owner, { environments: [] });
  await startTurn(owner, threadId, saysAround("elsewhere", "Said before", " and after."));
  await owner.notified("item/agentMessage/delta");
  const { thread } = await elsewhere.request("thread/resume", { threadId });
  expect(thread.status).toEqual({ type: "active", activeFlags: [] });
  await elsewhere.notified("item/agentMessage/delta", ({ delta }) => delta === "Said before");
  cluster.model.releaseGate("elsewhere");
  await elsewhere.notified("turn/completed");
  const deltas = elsewhere.notifications("item/agentMessage/delta").map(({ params }) => params.delta);
  expect(deltas.join("")).toBe("Said before and after.");
});

test("an approval is asked at every node, also of who joins while it waits", async ({ join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await startThread(owner, tool);
  await elsewhere.request("thread/resume", { threadId });
  await startTurn(owner, threadId, [runs("touch asked.txt")], [says("Done.")]);
  const { id } = await elsewhere.asked();
  expect((await owner.asked()).id).toBe(id);
  owner.send({ id, result: { decision: "decline" } });
  await elsewhere.notified("serverRequest/resolved");
  await elsewhere.notified("turn/completed");
});

test("lists at every node hear of threads that come, change and go", async ({ join }) => {
  const [owner, elsewhere] = [await join(0), await join(1)];
  const threadId = await startThread(owner, { environments: [] });
  await elsewhere.notified("thread/started", ({ thread }) => thread.id === threadId);
  await owner.request("thread/name/set", { threadId, name: "Elsewhere" });
  await elsewhere.notified("thread/name/updated", (params) => params.threadId === threadId);
  await startTurn(owner, threadId, [says("Hi.")]);
  await elsewhere.notified("thread/status/changed", ({ status }) => status.type === "active");
  await elsewhere.notified("thread/status/changed", ({ status }) => status.type === "idle");
  expect(elsewhere.notifications("turn/started")).toEqual([]);
  await owner.request("thread/delete", { threadId });
  await elsewhere.notified("thread/deleted", (params) => params.threadId === threadId);
});
