/** Several clients on one thread: the same for all, whenever they came. */
import { expect } from "vitest";
import {
  completedItems,
  expectItemsClosed,
  outline,
  runTurn,
  startThread,
  startTurn,
} from "../testing/conversation.ts";
import { isAnswer, isNotification, isServerRequest } from "../testing/frame.ts";
import { reached, visible } from "../testing/open-store.ts";
import { prompt, runs, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const toldOf = (client: TestClient) => client.frames.filter((frame) => !isAnswer(frame));

test("who follows a thread sees the other's turn, frame for frame", async ({ join }) => {
  const [first, second] = [await join(), await join()];
  const threadId = await startThread(first);
  await second.request("thread/resume", { threadId });
  await runTurn(first, threadId, [says("For "), runs("echo both")], [says("Done.")]);
  await second.notified("turn/completed");
  const fromTurn = (client: TestClient) => {
    const frames = toldOf(client);
    return frames.slice(frames.findIndex((frame) => isNotification(frame, "turn/started")));
  };
  expect(fromTurn(second)).toEqual(fromTurn(first));
});

test("an approval is answered by one; the other is told, and its late answer changes nothing", async ({ join }) => {
  const [first, second] = [await join(), await join()];
  const threadId = await startThread(first, { approvalPolicy: "untrusted" });
  await second.request("thread/resume", { threadId });
  await startTurn(first, threadId, [runs("touch decided")], [says("Done.")]);
  const [mine, theirs] = [await first.asked(), await second.asked()];
  expect(theirs).toEqual(mine);
  second.send({ id: theirs.id, result: { decision: "decline" } });
  expect(await first.notified("serverRequest/resolved")).toEqual({ threadId, requestId: mine.id });
  first.send({ id: mine.id, result: { decision: "accept" } });
  await Promise.all([first.notified("turn/completed"), second.notified("turn/completed")]);
  for (const client of [first, second]) {
    expect(completedItems(client).find(({ type }) => type === "commandExecution")).toMatchObject({
      status: "declined",
    });
    expect(client.notifications("serverRequest/resolved")).toHaveLength(1);
  }
});

test("who joins while an approval waits is asked too, under the same id", async ({ join }) => {
  const [first, second] = [await join(), await join()];
  const threadId = await startThread(first, { approvalPolicy: "untrusted" });
  await startTurn(first, threadId, [runs("touch late")], [says("Done.")]);
  const { id } = await first.asked();
  await second.request("thread/resume", { threadId });
  const request = await second.asked();
  expect(request.id).toBe(id);
  expect(outline(toldOf(second))).toContain("item/started commandExecution");
  await second.request("thread/resume", { threadId });
  second.send({ id, result: { decision: "accept" } });
  await first.notified("turn/completed");
  await second.notified("turn/completed");
  expect(second.frames.filter((frame) => isServerRequest(frame))).toHaveLength(1);
  expect(completedItems(second).find(({ type }) => type === "commandExecution")).toMatchObject({ status: "completed" });
});

test("who joins in mid-stream gets the text so far in one delta, and the rest once", async ({ join, server }) => {
  const [first, second] = [await join(), await join()];
  const threadId = await startThread(first);
  await startTurn(first, threadId, saysAround("join", "What was said before, ", "and what was said after."));
  await first.notified("item/agentMessage/delta");
  await second.request("thread/resume", { threadId });
  const joined = await second.notified("item/agentMessage/delta");
  expect(joined.delta).toBe("What was said before, ");
  server.model.releaseGate("join");
  await second.notified("turn/completed");
  const deltas = second.notifications("item/agentMessage/delta").map(({ params }) => params.delta);
  expect(deltas.join("")).toBe("What was said before, and what was said after.");
  expect(second.notifications("item/started").map(({ params }) => params.item)).toMatchObject([
    { type: "agentMessage", text: "" },
  ]);
  expectItemsClosed(second);
  expect(completedItems(second)).toMatchObject([{ text: "What was said before, and what was said after." }]);
});

test("who joins while a command prints gets its output so far, and the rest once", async ({ join }) => {
  const [first, second] = [await join(), await join()];
  const threadId = await startThread(first);
  const turnId = await startTurn(
    first,
    threadId,
    [runs("echo before; until test -e on; do :; done; echo after")],
    [says("Ok.")],
  );
  await first.notified("item/commandExecution/outputDelta");
  await second.request("thread/resume", { threadId });
  expect((await second.notified("item/commandExecution/outputDelta")).delta).toBe("before\n");
  const other = await startThread(first);
  await runTurn(first, other, [runs("touch on")], [says("Freed.")]);
  await second.notified("turn/completed", ({ turn }) => turn.id === turnId);
  const deltas = second.notifications("item/commandExecution/outputDelta").map(({ params }) => params.delta);
  expect(deltas.join("")).toBe("before\nafter\n");
});

test("with replay, who joins in mid-stream ends with the same timeline", async ({ connectStore, server }) => {
  const [first, second] = [connectStore().client, connectStore().client];
  await reachedLive(first);
  const { thread } = await first.request("thread/start", {});
  const one = first.openThread(thread.id);
  await reached(one, ({ phase }) => phase.type === "live");
  const around = saysAround("store", "Said before, ", "said after.");
  const input = [...prompt([{ type: "reasoning", summary: ["Hm."] }, runs("echo hi")], around)];
  await first.thread(thread.id).startTurn({ input });
  await reached(one, ({ timeline }) => {
    const last = timeline?.turns[0]?.items.at(-1)?.item;
    return last?.type === "agentMessage" && last.text === "Said before, ";
  });
  await reachedLive(second);
  const two = second.openThread(thread.id);
  await reached(two, ({ phase }) => phase.type === "live");
  expect(visible(two.getSnapshot().timeline)?.turns[0]?.items.at(-1)?.item).toMatchObject({ text: "Said before, " });
  server.model.releaseGate("store");
  const [mine, theirs] = await Promise.all(
    [one, two].map((store) => reached(store, ({ timeline }) => timeline?.turns[0]?.status === "completed")),
  );
  expect(visible(theirs?.timeline ?? null)).toEqual(visible(mine?.timeline ?? null));
});

async function reachedLive(client: {
  state: { getSnapshot(): { type: string }; subscribe(listener: () => void): () => void };
}) {
  await new Promise<void>((resolve) => {
    const look = () => client.state.getSnapshot().type === "live" && resolve();
    client.state.subscribe(look);
    look();
  });
}
