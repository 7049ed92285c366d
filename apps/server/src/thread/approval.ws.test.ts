/** Asking before something runs: every way in which a client can answer. */
import { describe, expect } from "vitest";
import {
  completedItems,
  expectItemsClosed,
  outline,
  runTurn,
  startThread,
  startTurn,
} from "../testing/conversation.ts";
import { isServerRequest } from "../testing/frame.ts";
import { gate, patches, runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";

const untrusted = { approvalPolicy: "untrusted" };

const lastToolOutput = (server: TestServer) => JSON.stringify(server.model.requests.at(-1)?.body.input.at(-1));

test("accept: it runs, in the order that clients know", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, untrusted);
  const turnId = await startTurn(client, threadId, [runs("touch made && echo ok")], [says("Done.")]);
  const request = await client.asked();
  expect(request.params).toMatchObject({
    ...{ kind: "command", threadId, turnId, cwd: "/workspaces/main" },
    availableDecisions: expect.arrayContaining(["accept", "cancel"]),
  });
  const from = client.frames.length;
  client.send({ id: request.id, result: { decision: "accept" } });
  await client.notified("turn/completed");
  const before = outline(client.frames.slice(0, from));
  expect(before.slice(-3)).toEqual([
    ...["item/started commandExecution", "thread/status/changed", "item/commandExecution/requestApproval"],
  ]);
  expect(outline(client.frames.slice(from)).slice(0, 2).sort()).toEqual([
    "serverRequest/resolved",
    "thread/status/changed",
  ]);
  expect(completedItems(client).find(({ type }) => type === "commandExecution")).toMatchObject({
    ...{ status: "completed", exitCode: 0, aggregatedOutput: "ok\n", id: request.params.itemId },
  });
  expect(client.notifications("thread/status/changed").map(({ params }) => params.status)).toEqual([
    { type: "active", activeFlags: [] },
    { type: "active", activeFlags: ["waitingOnApproval"] },
    { type: "active", activeFlags: [] },
    { type: "idle" },
  ]);
  expectItemsClosed(client);
});

test("whoever resumes is asked again what still waits, once and under the same id", async ({ join }) => {
  const client = await join({ replay: true });
  const threadId = await startThread(client, untrusted);
  await startTurn(client, threadId, [runs("touch made")], [says("Done.")]);
  const first = await client.asked();
  await client.request("thread/resume", { threadId, excludeTurns: true, replay: { cursor: null } });
  const again = await client.asked();
  expect(again).toEqual(first);
  client.send({ id: again.id, result: { decision: "accept" } });
  await client.notified("skein/thread/events", ({ events }) => events.some(hasEnded));
  expect(client.frames.filter((frame) => isServerRequest(frame))).toHaveLength(2);
});

const hasEnded = ({ method }: { readonly method: string }) => method === "turn/completed";

test("acceptForSession: the same command is not asked about again, another one is", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, untrusted);
  const again = runs("touch again");
  await startTurn(
    client,
    threadId,
    [again],
    [{ ...again, callId: "second" } as never],
    [runs("touch other")],
    [says("Done.")],
  );
  const first = await client.asked();
  client.send({ id: first.id, result: { decision: "acceptForSession" } });
  const second = await client.asked();
  expect(second.params.command).toContain("touch other");
  client.send({ id: second.id, result: { decision: "accept" } });
  await client.notified("turn/completed");
  expect(
    completedItems(client)
      .filter(({ type }) => type === "commandExecution")
      .map(({ status }) => status),
  ).toEqual([...["completed", "completed", "completed"]]);
});

describe("what does not let it run", () => {
  test("decline: the item says so, the model reads so, and the turn goes on", async ({ join, server }) => {
    const client = await join();
    const threadId = await startThread(client, untrusted);
    await startTurn(client, threadId, [runs("touch never")], [says("Fine.")]);
    client.send({ id: (await client.asked()).id, result: { decision: "decline" } });
    const { turn } = await client.notified("turn/completed");
    expect(turn.status).toBe("completed");
    expect(completedItems(client).at(1)).toMatchObject({ type: "commandExecution", status: "declined" });
    expect(lastToolOutput(server)).toContain("rejected by user");
    expectItemsClosed(client);
  });

  test("cancel: the item is declined and the turn interrupted", async ({ join }) => {
    const client = await join();
    const threadId = await startThread(client, untrusted);
    await startTurn(client, threadId, [runs("touch never")], [says("Unheard.")]);
    client.send({ id: (await client.asked()).id, result: { decision: "cancel" } });
    const { turn } = await client.notified("turn/completed");
    expect(turn.status).toBe("interrupted");
    expect(completedItems(client).at(1)).toMatchObject({ type: "commandExecution", status: "declined" });
    expectItemsClosed(client);
  });

  const unusable = {
    "a result without a decision": { result: {} },
    "a decision that there is not": { result: { decision: "perhaps" } },
    null: { result: null },
    "a word": { result: "accept" },
    "a list": { result: ["accept"] },
    "an error": { error: { code: -32603, message: "the client is broken" } },
  };
  for (const [name, answer] of Object.entries(unusable)) {
    test(`${name} for an answer: the item failed, and the turn goes on`, async ({ join }) => {
      const client = await join();
      const threadId = await startThread(client, untrusted);
      await startTurn(client, threadId, [runs("touch never")], [says("Fine.")]);
      client.send({ id: (await client.asked()).id, ...answer });
      const { turn } = await client.notified("turn/completed");
      expect(turn.status).toBe("completed");
      expect(completedItems(client).at(1)).toMatchObject({ type: "commandExecution", status: "failed" });
      expectItemsClosed(client);
    });
  }

  test("a second answer, and one to a request that was never made, change nothing", async ({ join, server }) => {
    const client = await join();
    const threadId = await startThread(client, untrusted);
    await startTurn(client, threadId, [runs("touch once")], [gate("answered twice"), says("Done.")]);
    const { id } = await client.asked();
    client.send({ id: "approval-of-nothing", result: { decision: "accept" } });
    client.send({ id, result: { decision: "decline" } });
    client.send({ id, result: { decision: "accept" } });
    await client.notified("serverRequest/resolved");
    client.send({ id, result: { decision: "accept" } });
    server.model.releaseGate("answered twice");
    const { turn } = await client.notified("turn/completed");
    expect(turn.status).toBe("completed");
    expect(completedItems(client).at(1)).toMatchObject({ status: "declined" });
    expect(client.notifications("serverRequest/resolved")).toHaveLength(1);
  });
});

test("a patch is asked about by its changes, and declined it leaves no file", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client, untrusted);
  await startTurn(client, threadId, [patches("*** Add File: refused.txt", "+no")], [says("As you say.")]);
  const request = await client.asked("item/fileChange/requestApproval");
  const started = client.notifications("item/started").at(-1)?.params.item;
  expect(started).toMatchObject({
    type: "fileChange",
    id: request.params.itemId,
    changes: [{ kind: { type: "add" } }],
  });
  client.send({ id: request.id, result: { decision: "decline" } });
  await client.notified("turn/completed");
  expect(completedItems(client).at(1)).toMatchObject({ type: "fileChange", status: "declined" });
  expect(lastToolOutput(server)).toContain("patch rejected by user");
  await runTurn(client, threadId, [runs("ls")], [says("No.")]);
  expect(
    completedItems(client).findLast(({ type }) => type === "commandExecution")?.aggregatedOutput ?? "",
  ).not.toContain("refused.txt");
});

test("untrusted asks about what writes and not about what only looks", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, untrusted);
  await runTurn(client, threadId, [runs("ls")], [says("Nothing there.")]);
  expect(client.frames.filter((frame) => isServerRequest(frame))).toEqual([]);
  expect(completedItems(client).at(1)).toMatchObject({ status: "completed" });
});

test("read-only: a write fails in the sandbox, and the escalated command asks first", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, { sandbox: "read-only" });
  const escalated = runs("touch escalated && echo done", {
    sandbox_permissions: "require_escalated",
    justification: "May I write?",
  });
  await startTurn(client, threadId, [runs("touch denied")], [escalated], [says("Done.")]);
  const request = await client.asked();
  expect(request.params).toMatchObject({ reason: "May I write?" });
  const [denied] = completedItems(client).filter(({ type }) => type === "commandExecution");
  expect(denied).toMatchObject({
    status: "failed",
    aggregatedOutput: expect.stringContaining("Read-only file system"),
  });
  client.send({ id: request.id, result: { decision: "accept" } });
  await client.notified("turn/completed");
  expect(completedItems(client).findLast(({ type }) => type === "commandExecution")).toMatchObject({ exitCode: 0 });
});

test("never: nothing is asked, and what needs more than the sandbox is refused", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, { sandbox: "read-only", approvalPolicy: "never" });
  const escalated = runs("touch escalated", { sandbox_permissions: "require_escalated", justification: "Please?" });
  await runTurn(client, threadId, [escalated], [says("Not allowed.")]);
  expect(client.frames.filter((frame) => isServerRequest(frame))).toEqual([]);
  expectItemsClosed(client);
});

test("an answer counts on a connection that was never asked, and who comes later is told", async ({ join, server }) => {
  const first = await join({ name: "first" });
  const threadId = await startThread(first, untrusted);
  await startTurn(first, threadId, [runs("touch made")], [says("Done.")]);
  const { id } = await first.asked();
  const [second, third] = [await join({ name: "second" }), await join({ replay: true })];
  second.send({ id, result: { decision: "accept" } });
  await first.notified("serverRequest/resolved", ({ requestId }) => requestId === id);
  await first.notified("turn/completed");
  first.send({ id, result: { decision: "decline" } });
  third.send({ id, result: { decision: "decline" } });
  expect(await first.notified("warning")).toMatchObject({ message: expect.stringContaining("too late") });
  expect(await third.notified("skein/approval/notAccepted")).toEqual({ requestId: id, reason: "alreadyResolved" });
  third.send({ id: `approval-${threadId}`, result: { decision: "accept" } });
  third.send({ id: "whatever\u0000", result: {} });
  expect(await third.notified("skein/approval/notAccepted")).toMatchObject({ reason: "unknown" });
  expect(await third.notified("skein/approval/notAccepted")).toMatchObject({ reason: "unknown" });
  const [row] = await server.database.withTenant(await tenantOf(server), (sql) => {
    return sql<Record<string, unknown>[]>`select asked_by, answered_by, outcome, request from approvals
      where thread_id = ${threadId}`;
  });
  expect(row).toMatchObject({
    asked_by: { clientName: "first" },
    answered_by: { clientName: "second" },
    outcome: { type: "decided", decision: "accept" },
    request: { type: "command", argv: [expect.stringContaining("bash"), "-lc", "touch made"] },
  });
});

async function tenantOf({ database }: TestServer): Promise<string> {
  const [row] = await database.administer((sql) => sql<{ id: string }[]>`select id from tenants where local`);
  return row?.id ?? "";
}
