/** The server is stopped and started again over the same data: threads are as they were, and what was cut off says so. */
import { expect } from "vitest";
import { completedItems, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { reached, visible } from "../testing/open-store.ts";
import { runs, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const turnsOf = async (client: TestClient, threadId: string) =>
  (await client.request("thread/read", { threadId, includeTurns: true })).thread.turns;

test("between turns: history, settings and files are there, and the next turn knows them", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before, { approvalPolicy: "never", sandbox: "read-only" });
  await before.request("thread/name/set", { threadId, name: "Survivor" });
  await runTurn(before, threadId, [says("First "), runs("echo out")], [says("Answer.")]);
  const turns = await turnsOf(before, threadId);
  const secret = (await before.request("skein/token/create", { name: "kept" })).secret;
  await server.restart();
  expect(await before.closed).toEqual({ code: 1001, reason: "server is stopping" });
  const after = await join({ token: secret });
  expect(await turnsOf(after, threadId)).toEqual(turns);
  const resumed = await after.request("thread/resume", { threadId });
  expect(resumed).toMatchObject({
    ...{ approvalPolicy: "never", sandbox: { type: "readOnly" } },
    thread: { name: "Survivor", status: { type: "idle" } },
  });
  const turn = await runTurn(after, threadId, [says("Second answer.")]);
  expect(turn.status).toBe("completed");
  expect(JSON.stringify(server.model.requests.at(-1)?.body.input)).toContain("Answer.");
});

test("in mid-message: the turn is interrupted, with what was said", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before);
  const turnId = await startTurn(before, threadId, saysAround("restart", "Said before the end", "."));
  await before.notified("item/agentMessage/delta");
  await server.restart();
  server.model.releaseGate("restart");
  const after = await join();
  const [turn] = await turnsOf(after, threadId);
  expect(turn).toMatchObject({ id: turnId, status: "interrupted" });
  expect(turn.items).toMatchObject([{ type: "userMessage" }, { type: "agentMessage", text: "Said before the end" }]);
  await after.request("thread/resume", { threadId });
  expect((await runTurn(after, threadId, [says("Again.")])).status).toBe("completed");
});

test("while a command runs: it is closed, and does not run on", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before);
  await startTurn(before, threadId, [runs("echo begun; sleep 600; touch survived")], [says("Unheard.")]);
  await before.notified("item/commandExecution/outputDelta");
  await server.restart();
  const after = await join();
  const [turn] = await turnsOf(after, threadId);
  expect(turn.status).toBe("interrupted");
  expect(turn.items.at(-1)).toMatchObject({ type: "commandExecution", status: "failed", aggregatedOutput: "begun\n" });
  await after.request("thread/resume", { threadId });
  await runTurn(after, threadId, [runs("pgrep sleep || ls")], [says("Gone.")]);
  expect(completedItems(after).find(({ type }) => type === "commandExecution").aggregatedOutput ?? "").not.toContain(
    "survived",
  );
});

test("while an approval waits: nobody is asked any more, and nothing ran", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before, { approvalPolicy: "untrusted" });
  await startTurn(before, threadId, [runs("touch never")], [says("Unheard.")]);
  const { id } = await before.asked();
  await server.restart();
  const after = await join();
  const resumed = await after.request("thread/resume", { threadId });
  expect(resumed.thread).toMatchObject({ status: { type: "idle" }, turns: [{ status: "interrupted" }] });
  after.send({ id, result: { decision: "accept" } });
  await runTurn(after, threadId, [runs("ls")], [says("Nothing.")]);
  expect(after.frames.filter((frame) => "method" in frame && "id" in frame)).toEqual([]);
  expect(completedItems(after).find(({ type }) => type === "commandExecution").aggregatedOutput ?? "").not.toContain(
    "never",
  );
});

test("a client with a cursor goes on from it, and one without sees the same", async ({ join, server }) => {
  const before = await join({ replay: true });
  const { thread } = await before.request("thread/start", {});
  const { replay } = await before.request("thread/resume", { threadId: thread.id, replay: { cursor: null } });
  await startTurn(before, thread.id, saysAround("cursor", "Half", " and half"));
  await before.next((frame) => JSON.stringify(frame).includes("Half"));
  await server.restart();
  server.model.releaseGate("cursor");
  const after = await join({ replay: true });
  const again = await after.request("thread/resume", { threadId: thread.id, replay });
  expect(again.replay.verdict).toBe("continue");
  await after.next((frame) => JSON.stringify(frame).includes('"turn/completed"'));
  const eventsOf = (client: TestClient) =>
    client.notifications("skein/thread/events").flatMap(({ params }) => params.events);
  const [seen, replayed] = [eventsOf(before), eventsOf(after)];
  expect(replayed.slice(0, seen.length)).toEqual(seen);
});

test("a store that was connected all along ends where one that came later does", async ({
  join,
  server,
  connectStore,
}) => {
  const driver = await join();
  const threadId = await startThread(driver);
  await runTurn(driver, threadId, [says("Before.")]);
  // The restarted server has another port; the store finds it because each of its connections asks for the address.
  const early = connectStore().client.openThread(threadId);
  await reached(early, ({ phase }) => phase.type === "live");
  await startTurn(driver, threadId, saysAround("stores", "Cut", " off"));
  await reached(early, ({ timeline }) => timeline?.turns.at(-1)?.items.at(-1)?.item.type === "agentMessage");
  await server.restart();
  server.model.releaseGate("stores");
  const late = connectStore().client.openThread(threadId);
  const isOver = (store: typeof early) =>
    reached(store, ({ phase, timeline }) => {
      // What the thread has cost comes beside the answer, not in it.
      if (phase.type !== "live" || timeline === null || timeline.tokenUsage === null) return false;
      return timeline.turns.at(-1)?.status === "interrupted";
    });
  const [one, two] = await Promise.all([isOver(early), isOver(late)]);
  expect(visible(one.timeline)).toEqual(visible(two.timeline));
});
