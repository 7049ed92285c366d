/** The model asks a person, and the question outlives connections and the server. */
import { expect } from "vitest";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { isServerRequest } from "../testing/frame.ts";
import { asks, gate, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";

const questions = [
  {
    id: "q1",
    header: "Pick",
    question: "Which?",
    options: [
      { label: "A", description: "a" },
      { label: "B", description: "b" },
    ],
  },
  { id: "q2", header: "Why", question: "Why so?" },
];

const instead = [{ type: "text", text: "Neither of them.", text_elements: [] }];
const answers = { q1: { answers: ["A"] }, q2: { answers: ["It is free."] } };
const lastOutput = (server: TestServer) => JSON.stringify(server.model.requests.at(-1)?.body.input.at(-1));

test("a question is asked, answered and told to the model", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, [asks(...questions)], [says("Done.")]);
  const request = await client.asked("item/tool/requestUserInput");
  expect(request.params).toMatchObject({
    ...{ threadId, turnId, isBlocking: true, autoResolutionMs: null },
    questions: [
      { ...questions[0], isOther: true, isSecret: false },
      { id: "q2", isOther: false, options: null },
    ],
  });
  client.send({ id: request.id, result: { answers: { ...answers, unasked: { answers: ["x"] } } } });
  const { turn } = await client.notified("turn/completed");
  expect(turn.status).toBe("completed");
  expect(lastOutput(server)).toContain(JSON.stringify(JSON.stringify({ answers })).slice(1, -1));
  expect(client.notifications("thread/status/changed").map(({ params }) => params.status.activeFlags)).toEqual([
    ...[[], ["waitingOnUserInput"], [], undefined],
  ]);
  expect(client.notifications("item/started").map(({ params }) => params.item.type)).toEqual([
    ...["userMessage", "agentMessage"],
  ]);
});

test("it waits across a restart under its id, and the first answer wins", async ({ join, server }) => {
  const before = await join();
  const threadId = await startThread(before);
  await startTurn(before, threadId, [asks(...questions)], [gate("answered"), says("Done.")]);
  const { id, params } = await before.asked("item/tool/requestUserInput");
  await server.restart();
  const [first, second] = [await join({ replay: true }), await join({ replay: true })];
  const resumed = await first.request("thread/resume", { threadId, replay: { cursor: null } });
  expect(resumed.thread.status).toEqual({ type: "active", activeFlags: ["waitingOnUserInput"] });
  expect(resumed.pendingApprovals).toMatchObject([
    { kind: "questions", requestId: id, params, at: expect.any(Number) },
  ]);
  expect(await first.asked("item/tool/requestUserInput")).toMatchObject({ id, params });
  second.send({ id, result: { answers } });
  await first.next((frame) => JSON.stringify(frame).includes('"serverRequest/resolved"'));
  first.send({ id, result: { answers: { q1: { answers: ["B"] } } } });
  expect(await first.notified("skein/approval/notAccepted")).toEqual({ requestId: id, reason: "alreadyResolved" });
  // The answer is in the log; the model has it whoever goes on with the turn.
  await server.model.gateReached("answered", 1);
  expect(lastOutput(server)).toContain("It is free.");
  server.model.releaseGate("answered");
  await first.next((frame) => JSON.stringify(frame).includes('"turn/completed"'));
  expect(second.frames.filter((frame) => isServerRequest(frame))).toEqual([]);
});

test("an interrupt withdraws it, and what the model asks amiss it learns", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, [asks(...questions)]);
  const { id } = await client.asked("item/tool/requestUserInput");
  await client.request("turn/interrupt", { threadId, turnId });
  await client.notified("serverRequest/resolved", ({ requestId }) => requestId === id);
  expect((await client.notified("turn/completed")).turn.status).toBe("interrupted");
  await runTurn(client, threadId, [asks()], [says("Sorry.")]);
  expect(lastOutput(server)).toContain("failed to parse function arguments");
});

test("what is said to the turn instead withdraws it, and an answer after that comes too late", async ({
  join,
  server,
}) => {
  const client = await join({ replay: true });
  const { thread } = await client.request("thread/start", {});
  await client.request("thread/resume", { threadId: thread.id, replay: { cursor: null } });
  const turnId = await startTurn(client, thread.id, [asks(...questions)], [gate("told"), says("Then so.")]);
  const { id } = await client.asked("item/tool/requestUserInput");
  const steer = { threadId: thread.id, expectedTurnId: turnId, input: instead, clientUserMessageId: "instead" };
  await client.request("turn/steer", steer);
  await server.model.gateReached("told", 1);
  expect(JSON.stringify(server.model.requests.at(-1)?.body.input)).toMatch(
    /said something else instead.*Neither of them\./,
  );
  client.send({ id, result: { answers } });
  expect(await client.notified("skein/approval/notAccepted")).toEqual({ requestId: id, reason: "alreadyResolved" });
  server.model.releaseGate("told");
  await client.notified("skein/thread/events", ({ events }) => JSON.stringify(events).includes("turn/completed"));
});

test("what was asked and answered, and by whom, is in the frames and in every page", async ({ join, server }) => {
  const client = await join({ replay: true });
  const { thread } = await client.request("thread/start", {});
  const threadId = thread.id;
  await client.request("thread/resume", { threadId, replay: { cursor: null } });
  await startTurn(client, threadId, [asks(...questions)], [gate("paged"), says("Done.")]);
  const { id } = await client.asked("item/tool/requestUserInput");
  client.send({ id, result: { answers } });
  await server.model.gateReached("paged", 1);
  const settled = { questions: [{ id: "q1" }, { id: "q2" }], answers, answeredBy: { clientName: "test" } };
  const extrasOf = async () => {
    const { data } = await client.request("thread/turns/list", { threadId });
    return data[0].extras.questions;
  };
  expect(await extrasOf()).toMatchObject([settled]);
  const resolved = client
    .notifications("skein/thread/events")
    .flatMap(({ params }) => params.events)
    .find(({ method }: { method: string }) => method === "skein/approval/resolved");
  expect(resolved.params).toMatchObject({ outcome: { type: "answered", answers }, answeredBy: settled.answeredBy });
  server.model.releaseGate("paged");
  await client.notified("skein/thread/events", ({ events }) => JSON.stringify(events).includes("turn/completed"));
  expect(await extrasOf()).toMatchObject([settled]);
});
