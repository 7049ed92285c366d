/** More turns than the server works on at once: who waits is told so, can be interrupted, and gets a place in the end. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { heard, startThread, startTurn } from "../testing/conversation.ts";
import { gate, runs, says } from "../testing/prompts.ts";
import { helloOf, openClient } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

let server: TestServer;
let client: TestClient;
/** With extensions, of the same person. */
let watcher: TestClient;

beforeAll(async () => {
  server = await startTestServer({ SKEIN_TURNS_PER_NODE: "1" });
  client = await join();
  watcher = await join(true);
});

afterAll(async () => {
  for (const each of [client, watcher]) each.socket.terminate();
  await server.stop();
});

async function join(replay = false): Promise<TestClient> {
  const joined = await openClient(server);
  await joined.request("initialize", helloOf({ replay }));
  return joined;
}

const ended = (turnId: string) => heard(client, "turn/completed", ({ turn }) => turn.id === turnId);

/** Holds the only place until the gate is released. */
async function occupy(name: string): Promise<string> {
  const threadId = await startThread(client, { environments: [] });
  const turnId = await startTurn(client, threadId, [gate(name), says("First.")]);
  await server.model.gateReached(name);
  return turnId;
}

test("a turn waits for its place, is told how many are before it, and begins when one ends", async () => {
  const first = await occupy("first");
  const [one, two] = [await startThread(client, { environments: [] }), await startThread(client, { environments: [] })];
  const second = await startTurn(client, one, [says("Second.")]);
  const third = await startTurn(client, two, [says("Third.")]);
  expect(await heard(watcher, "skein/turn/waiting", ({ turnId }) => turnId === second)).toMatchObject({ ahead: 0 });
  expect(await heard(watcher, "skein/turn/waiting", ({ turnId }) => turnId === third)).toMatchObject({ ahead: 1 });
  const { message } = await heard(client, "warning", ({ threadId }) => threadId === two);
  expect(message).toBe("Waiting for its turn: 1 turn before it.");
  const requests = server.model.requests.length;
  server.model.releaseGate("first");
  expect((await ended(first)).turn.status).toBe("completed");
  expect((await ended(second)).turn.status).toBe("completed");
  expect((await ended(third)).turn.status).toBe("completed");
  expect(server.model.requests.length - requests).toBe(2);
  await heard(watcher, "skein/turn/waiting", ({ turnId, ahead }) => turnId === third && ahead === null);
});

test("a turn that waits is interrupted at once, and what is said to it does not cost it its place", async () => {
  const first = await occupy("busy");
  const [one, two] = [await startThread(client, { environments: [] }), await startThread(client, { environments: [] })];
  const second = await startTurn(client, one, [says("Second.")]);
  const third = await startTurn(client, two, [says("Never said.")]);
  const input = [{ type: "text", text: "One thing more.", text_elements: [] }];
  await client.request("turn/steer", { threadId: one, expectedTurnId: second, input });
  await client.request("turn/interrupt", { threadId: two, turnId: third });
  expect((await ended(third)).turn.status).toBe("interrupted");
  server.model.releaseGate("busy");
  await ended(first);
  expect((await ended(second)).turn.status).toBe("completed");
  expect(JSON.stringify(server.model.requests.at(-1)?.body)).toContain("One thing more.");
});

test("who waits for a person lets others work meanwhile", async () => {
  const asking = await startThread(client, { approvalPolicy: "untrusted" });
  const first = await startTurn(client, asking, [runs("touch made")], [says("Made.")]);
  const approval = await client.asked();
  const other = await startThread(client, { environments: [] });
  const second = await startTurn(client, other, [says("Meanwhile.")]);
  expect((await ended(second)).turn.status).toBe("completed");
  client.send({ id: approval.id, result: { decision: "accept" } });
  expect((await ended(first)).turn.status).toBe("completed");
});

test("a turn that waits goes on waiting after a restart, and is carried out", async () => {
  await occupy("cut off");
  const threadId = await startThread(client, { environments: [] });
  const turnId = await startTurn(client, threadId, [says("After the restart.")]);
  await heard(watcher, "skein/turn/waiting", (params) => params.turnId === turnId);
  server.model.releaseGate("cut off");
  const stopped = server.restart();
  client.socket.terminate();
  await stopped;
  client = await join();
  await client.request("thread/resume", { threadId });
  const read = await client.request("thread/read", { threadId, includeTurns: true });
  const status = read.thread.turns.at(-1)?.status;
  if (status !== "completed") expect((await ended(turnId)).turn.status).toBe("completed");
});
