/** The server is stopped and started again over the same data: threads are as they were, and what was cut off goes on. */
import { expect } from "vitest";
import type { ScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { completedItems, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { reached, visible } from "../testing/open-store.ts";
import { runs, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const turnsOf = async (client: TestClient, threadId: string) =>
  (await client.request("thread/read", { threadId, includeTurns: true })).thread.turns;

/** Resolves when nothing of the thread runs; its turn may have ended before the client came. */
async function ended(client: TestClient, threadId: string): Promise<void> {
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  if (thread.turns.at(-1).status === "inProgress") await client.notified("turn/completed");
}

/** Lets a response go on that is asked for a second time: the one that was cut off waits at the gate too. */
async function letGoOn(model: ScriptedModel, gateName: string): Promise<void> {
  await model.gateReached(gateName, 2);
  model.releaseGate(gateName);
  model.releaseGate(gateName);
}

test("between turns: history, settings and files are there, and the next turn knows them", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before, { approvalPolicy: "never", sandbox: "read-only" });
  await before.request("thread/name/set", { threadId, name: "Survivor" });
  await runTurn(before, threadId, [says("First "), runs("echo out")], [says("Answer.")]);
  const turns = await turnsOf(before, threadId);
  const secret = (await before.request("skein/token/create", { name: "kept" })).secret;
  await server.restart();
  expect(await before.closed).toEqual({ code: 1012, reason: "server is restarting" });
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

test("in mid-message: the turn goes on, and asks the model again", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before);
  const turnId = await startTurn(before, threadId, saysAround("restart", "Said before the end", "."));
  await before.notified("item/agentMessage/delta");
  await server.restart();
  await letGoOn(server.model, "restart");
  const after = await join();
  await after.request("thread/resume", { threadId });
  await ended(after, threadId);
  const [turn, ...others] = await turnsOf(after, threadId);
  expect(others).toEqual([]);
  expect(turn).toMatchObject({ id: turnId, status: "completed", error: null });
  expect(turn.items).toMatchObject([
    { type: "userMessage" },
    { type: "agentMessage", text: "Said before the end" },
    { type: "agentMessage", text: "Said before the end." },
  ]);
  // What was cut short is none of the model's business.
  expect(server.model.requests.at(-1)?.body.input.filter(({ role }) => role === "assistant")).toEqual([]);
});

test("while a command runs: it is closed, the model is told, and it does not run again", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before);
  const command = "echo begun; echo once >> runs.txt; sleep 600; touch survived";
  await startTurn(before, threadId, [runs(command)], [says("I see.")]);
  await before.notified("item/commandExecution/outputDelta");
  await server.restart();
  const after = await join();
  await after.request("thread/resume", { threadId });
  await ended(after, threadId);
  const [turn] = await turnsOf(after, threadId);
  expect(turn).toMatchObject({ status: "completed" });
  const interrupted = { status: "failed", aggregatedOutput: "begun\ninterrupted by a server restart\n" };
  expect(turn.items).toMatchObject([
    { type: "userMessage" },
    { type: "commandExecution", ...interrupted },
    { type: "agentMessage", text: "I see." },
  ]);
  expect(JSON.stringify(server.model.requests.at(-1)?.body.input)).toContain("outcome unknown");
  await runTurn(after, threadId, [runs("cat runs.txt; ls")], [says("Once.")]);
  const { aggregatedOutput } = completedItems(after).findLast(({ type }) => type === "commandExecution");
  expect(aggregatedOutput).toMatch(/^once\n(?!once)/);
  expect(aggregatedOutput).not.toContain("survived");
});

test("while an approval waits: it still does, under the same id, and what was asked runs", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before, { approvalPolicy: "untrusted" });
  const turnId = await startTurn(before, threadId, [runs("echo ran >> ran.txt; cat ran.txt")], [says("Done.")]);
  const { id, params } = await before.asked();
  await server.restart();
  const after = await join();
  const resumed = await after.request("thread/resume", { threadId });
  expect(resumed.thread.status).toEqual({ type: "active", activeFlags: ["waitingOnApproval"] });
  expect(await after.asked()).toMatchObject({ id, params });
  after.send({ id, result: { decision: "accept" } });
  await ended(after, threadId);
  const [turn] = await turnsOf(after, threadId);
  expect(turn).toMatchObject({ id: turnId, status: "completed" });
  expect(turn.items).toMatchObject([
    { type: "userMessage" },
    { type: "commandExecution", status: "completed", aggregatedOutput: "ran\n" },
    { type: "agentMessage", text: "Done." },
  ]);
});

test("a person's own command ends with the server, and its turn with it", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before);
  await before.request("thread/shellCommand", { threadId, command: "echo mine; sleep 600" });
  await before.notified("item/commandExecution/outputDelta");
  await server.restart();
  const after = await join();
  const [turn] = await turnsOf(after, threadId);
  expect(turn).toMatchObject({ status: "completed", items: [{ type: "commandExecution", status: "failed" }] });
  await after.request("thread/resume", { threadId });
  await runTurn(after, threadId, [says("Noted.")]);
  expect(JSON.stringify(server.model.requests.at(-1)?.body.input)).toContain("interrupted by a server restart");
});

test("a client with a cursor goes on from it, and one without sees the same", async ({ join, server }) => {
  const before = await join({ replay: true });
  const { thread } = await before.request("thread/start", {});
  const { replay } = await before.request("thread/resume", { threadId: thread.id, replay: { cursor: null } });
  await startTurn(before, thread.id, saysAround("cursor", "Half", " and half"));
  // The prompt names its script, so the word alone does not say that the model has been asked.
  await server.model.gateReached("cursor");
  await before.next((frame) => JSON.stringify(frame).includes('"delta":"Half'));
  await server.restart();
  await letGoOn(server.model, "cursor");
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
  // Until it has, the last message is that of the turn before.
  await server.model.gateReached("stores");
  await reached(early, ({ timeline }) => timeline?.turns.at(-1)?.items.at(-1)?.item.type === "agentMessage");
  await server.restart();
  await letGoOn(server.model, "stores");
  const late = connectStore().client.openThread(threadId);
  const isOver = (store: typeof early) =>
    reached(store, ({ phase, timeline }) => {
      // What the thread has cost comes beside the answer, not in it.
      if (phase.type !== "live" || timeline === null || timeline.tokenUsage === null) return false;
      return timeline.turns.at(-1)?.status === "completed";
    });
  const [one, two] = await Promise.all([isOver(early), isOver(late)]);
  expect(visible(one.timeline)).toEqual(visible(two.timeline));
});
