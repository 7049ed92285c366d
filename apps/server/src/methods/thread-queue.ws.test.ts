/** Messages that wait for their turn, as every client of the thread sees them. */
import { expect } from "vitest";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { prompt, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

const words = (text: string) => [{ type: "text" as const, text, text_elements: [] }];

interface Queued {
  readonly id: string;
  readonly clientUserMessageId: string;
  readonly input: readonly { readonly text: string }[];
}

async function add(client: TestClient, threadId: string, key: string, input: unknown = words(key)): Promise<Queued> {
  const params = { threadId, clientUserMessageId: key, input };
  return (await client.request("thread/queue/add", params)).queuedSubmission;
}

async function waiting(client: TestClient, threadId: string): Promise<readonly string[]> {
  const { data } = await client.request("thread/queue/list", { threadId });
  return data.map(({ clientUserMessageId }: Queued) => clientUserMessageId);
}

/** The keys of what people said, by turn. */
async function said(client: TestClient, threadId: string): Promise<readonly (readonly string[])[]> {
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  return thread.turns.map(({ items }: { items: { type: string; clientId: string }[] }) =>
    items.filter(({ type }) => type === "userMessage").map(({ clientId }) => clientId),
  );
}

/** Nothing is appended to the thread meanwhile. */
async function holdRow({ database }: TestServer, threadId: string, meanwhile: () => Promise<void>): Promise<void> {
  await database.administer((sql) =>
    sql.begin(async (holder) => {
      await holder`select from threads where id = ${threadId} for update`;
      await meanwhile();
    }),
  );
}

/** To the whole server. */
async function connections(client: TestClient): Promise<number | undefined> {
  const { gauges } = await client.request("server/diagnostics", {});
  return gauges.find(({ name }: { name: string }) => name === "skein.connections")?.value;
}

/** A thread whose turn waits at the gate. */
async function busyThread(client: TestClient, gate: string): Promise<string> {
  const threadId = await startThread(client);
  await startTurn(client, threadId, saysAround(gate, "Busy", "."));
  await client.notified("item/agentMessage/delta");
  return threadId;
}

test("what waits starts by itself, in its order, one turn each", async ({ join, server }) => {
  const [client, other] = [await join(), await join()];
  const threadId = await busyThread(client, "in order");
  await other.request("thread/resume", { threadId });
  for (const key of ["one", "two", "three"]) await add(client, threadId, key, prompt([says(`${key}.`)]));
  await other.notified("thread/queue/changed");
  expect(await waiting(other, threadId)).toEqual(["one", "two", "three"]);
  server.model.releaseGate("in order");
  for (let turn = 0; turn < 4; turn += 1) await client.notified("turn/completed");
  expect(await said(client, threadId)).toEqual([[null], ["one"], ["two"], ["three"]]);
  expect(await waiting(client, threadId)).toEqual([]);
});

test("on an idle thread a message starts at once, and after a failed turn the next one does", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  await add(client, threadId, "fails", prompt([{ type: "fail", code: "insufficient_quota", message: "spent" }]));
  expect((await client.notified("turn/completed")).turn.status).toBe("failed");
  await add(client, threadId, "next", prompt([says("Better.")]));
  expect((await client.notified("turn/completed")).turn.status).toBe("completed");
  expect(await said(client, threadId)).toEqual([["fails"], ["next"]]);
});

test("a message starts although its client left before it was told that it waits", async ({ join, server }) => {
  const [client, other] = [await join(), await join()];
  const threadId = await startThread(client);
  await other.request("thread/resume", { threadId });
  await holdRow(server, threadId, async () => {
    const params = { threadId, clientUserMessageId: "left", input: prompt([says("Nobody asks.")]) };
    client.send({ id: "left", method: "thread/queue/add", params });
    await client.request("thread/loaded/list", {});
    client.socket.terminate();
    await expect.poll(() => connections(other)).toBe(1);
  });
  expect((await other.notified("turn/completed")).turn.status).toBe("completed");
});

test("an interrupt keeps what waits from starting until a turn has run to its end", async ({ join, server }) => {
  const client = await join();
  const threadId = await busyThread(client, "paused");
  await add(client, threadId, "one", prompt([says("One.")]));
  await client.request("turn/interrupt", { threadId, turnId: "" });
  await add(client, threadId, "two", prompt([says("Two.")]));
  await server.restart();
  const later = await join();
  await later.request("thread/resume", { threadId });
  expect(await waiting(later, threadId)).toEqual(["one", "two"]);
  await runTurn(later, threadId, [says("In between.")]);
  for (let turn = 0; turn < 2; turn += 1) await later.notified("turn/completed");
  expect(await said(later, threadId)).toEqual([[null], [null], ["one"], ["two"]]);
  server.model.releaseGate("paused");
});

test("a message may be changed, moved and taken back while it waits, and no longer", async ({ join, server }) => {
  const client = await join();
  const threadId = await busyThread(client, "editing");
  const [one, two, three] = [
    await add(client, threadId, "one"),
    await add(client, threadId, "two"),
    await add(client, threadId, "three"),
  ];
  const metadata = { origin: "test" };
  const change = { threadId, queuedSubmissionId: two.id, input: prompt([says("Edited.")]) };
  const updated = await client.request("thread/queue/update", { ...change, responsesapiClientMetadata: metadata });
  expect(updated.queuedSubmission).toEqual({
    ...{ id: two.id, clientUserMessageId: "two", input: change.input, responsesapiClientMetadata: metadata },
  });
  const kept = await client.request("thread/queue/update", { ...change, responsesapiClientMetadata: {} });
  expect(kept.queuedSubmission.responsesapiClientMetadata).toEqual(metadata);
  const order = (...queued: readonly Queued[]) => ({ threadId, queuedSubmissionIds: queued.map(({ id }) => id) });
  expect(await client.request("thread/queue/reorder", order(two, three, one))).toEqual({});
  expect(await waiting(client, threadId)).toEqual(["two", "three", "one"]);
  const remove = { threadId, queuedSubmissionId: three.id };
  expect(await client.request("thread/queue/delete", remove)).toEqual({ deleted: true });
  expect(await client.request("thread/queue/delete", remove)).toEqual({ deleted: false });

  for (const [method, params, message] of [
    ["reorder", order(two), "queue reorder must include every queued submission exactly once"],
    ["reorder", order(two, two), "queue reorder must include every queued submission exactly once"],
    ["update", { ...change, queuedSubmissionId: three.id }, `queued submission not found: ${three.id}`],
    ["update", { ...change, input: [] }, "only user input can be added to the user-message queue"],
    ["start", { threadId }, "thread already has an active or pending turn"],
    ["start", { threadId, queuedSubmissionId: "none" }, "queued submission not found: none"],
    ["list", { threadId, cursor: "x" }, "invalid queue pagination cursor: invalid digit found in string"],
  ] as const) {
    expect((await client.ask(`thread/queue/${method}`, params)).error).toMatchObject({ code: -32600, message });
  }
  server.model.releaseGate("editing");
  for (let turn = 0; turn < 3; turn += 1) await client.notified("turn/completed");
  expect(await said(client, threadId)).toEqual([[null], ["two"], ["one"]]);
  expect(await client.request("thread/queue/delete", { ...remove, queuedSubmissionId: one.id })).toEqual({
    deleted: false,
  });
  expect((await client.ask("thread/queue/start", { threadId })).error?.message).toBe("queue is empty");
});

test("a message is started out of its order, and the others follow", async ({ join, server }) => {
  const client = await join();
  const threadId = await busyThread(client, "picked");
  await add(client, threadId, "one", prompt([says("One.")]));
  const two = await add(client, threadId, "two", prompt([says("Two.")]));
  await client.request("turn/interrupt", { threadId, turnId: "" });
  const start = { threadId, queuedSubmissionId: two.id };
  const { turn } = await client.request("thread/queue/start", start);
  expect(turn).toMatchObject({ status: "inProgress", items: [] });
  expect(await client.request("thread/queue/start", start)).toMatchObject({ turn: { id: turn.id } });
  for (let turns = 0; turns < 2; turns += 1)
    await client.notified("turn/completed", (params) => params.turn.status === "completed");
  expect(await said(client, threadId)).toEqual([[null], ["two"], ["one"]]);
  server.model.releaseGate("picked");
});

test("a message is given to the turn that runs, and leaves the queue with it", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turnId = await startTurn(client, threadId, saysAround("given", "Busy", "."));
  await client.notified("item/agentMessage/delta");
  await add(client, threadId, "later", prompt([says("Later.")]));
  const now = await add(client, threadId, "now", prompt(saysAround("given too", "Now", ".")));
  const start = { threadId, queuedSubmissionId: now.id, steer: true };
  expect(await client.request("thread/queue/start", start)).toMatchObject({ turn: { id: turnId } });
  expect(await client.request("thread/queue/start", start)).toMatchObject({ turn: { id: turnId } });
  expect(await waiting(client, threadId)).toEqual(["later"]);
  for (const gate of ["given", "given too"]) server.model.releaseGate(gate);
  for (let turns = 0; turns < 2; turns += 1) await client.notified("turn/completed");
  expect(await said(client, threadId)).toEqual([[null, "now"], ["later"]]);
});

test("a message that is sent again waits once, whoever asks and whenever", async ({ join, server }) => {
  const [client, other] = [await join(), await join()];
  const threadId = await busyThread(client, "once");
  const adding = [client, other, client, other].map((sender) => add(sender, threadId, "key", words("the same")));
  const ids = (await Promise.all(adding)).map(({ id }) => id);
  expect(new Set(ids).size).toBe(1);
  const changed = { threadId, clientUserMessageId: "key", input: words("other words") };
  expect((await other.ask("thread/queue/add", changed)).error?.message).toBe(
    "clientUserMessageId was used before with different input",
  );
  expect(await waiting(other, threadId)).toEqual(["key"]);
  server.model.releaseGate("once");
  for (let turns = 0; turns < 2; turns += 1) await client.notified("turn/completed");
  expect((await add(other, threadId, "key", words("the same"))).id).toBe(ids[0]);
  expect(await waiting(other, threadId)).toEqual([]);
  expect(await said(client, threadId)).toEqual([[null], ["key"]]);
});

test("what waits comes in pages and has its bound", async ({ join, server }) => {
  const client = await join();
  const threadId = await busyThread(client, "bound");
  for (let index = 0; index < 100; index += 1) await add(client, threadId, `key ${index}`);
  const full = { threadId, clientUserMessageId: "one more", input: words("x") };
  expect((await client.ask("thread/queue/add", full)).error).toMatchObject({
    ...{ code: -32600, message: "queue cannot contain more than 100 submissions" },
  });
  const pages: number[] = [];
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page: { data: Queued[]; nextCursor: string | null } = await client.request("thread/queue/list", {
      ...{ threadId, cursor, limit: 40 },
    });
    pages.push(page.data.length);
    cursor = page.nextCursor;
  }
  expect(pages).toEqual([40, 40, 20]);
  expect((await client.request("thread/queue/list", { threadId })).data).toHaveLength(25);
  const { data } = await client.request("thread/queue/list", { threadId, limit: 0 });
  expect(data).toHaveLength(1);
  await client.request("turn/interrupt", { threadId, turnId: "" });
  await client.request("thread/queue/delete", { threadId, queuedSubmissionId: data[0].id });
  expect((await add(client, threadId, "one more", words("x"))).clientUserMessageId).toBe("one more");
  server.model.releaseGate("bound");
});

test("a fork begins with nothing waiting; ephemeral and archived threads have no queue", async ({ join, server }) => {
  const client = await join();
  const threadId = await busyThread(client, "fork");
  await add(client, threadId, "stays");
  await client.request("turn/interrupt", { threadId, turnId: "" });
  const { thread: fork } = await client.request("thread/fork", { threadId });
  expect(await waiting(client, fork.id)).toEqual([]);
  expect(await waiting(client, threadId)).toEqual(["stays"]);
  const passing = await startThread(client, { ephemeral: true });
  const refused = await client.ask("thread/queue/add", {
    threadId: passing,
    clientUserMessageId: "k",
    input: words("x"),
  });
  expect(refused.error?.message).toBe(`ephemeral thread does not support queued submissions: ${passing}`);
  await client.request("thread/archive", { threadId: fork.id });
  expect((await client.ask("thread/queue/list", { threadId: fork.id })).error?.message).toMatch(/archived/);
  server.model.releaseGate("fork");
});

test("a client of the plain protocol must ask for what is experimental", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const plain = await join({ experimentalApi: false });
  expect((await plain.ask("thread/queue/list", { threadId })).error?.message).toBe(
    "thread/queue/list requires experimentalApi capability",
  );
});
