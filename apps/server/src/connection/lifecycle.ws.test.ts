/** Connections that come, pipeline, flood and do not go. */
import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "vitest";
import { runTurn, startThread } from "../testing/conversation.ts";
import { isAnswer } from "../testing/frame.ts";
import { says } from "../testing/prompts.ts";
import { helloOf, test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";

test("requests may be written before the first is answered, and are answered in their order", async ({ open }) => {
  const client = await open();
  const [hello, again, list] = await Promise.all([
    client.ask("initialize", helloOf({})),
    client.ask("initialize", helloOf({})),
    client.ask("thread/list", {}),
  ]);
  expect(hello.result).toBeDefined();
  expect(again.error?.message).toBe("Already initialized");
  expect(list.result).toBeDefined();
});

test("what is asked about one thread at once happens in the order of asking", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const names = Array.from({ length: 20 }, (_, index) => `name ${index}`);
  const asked = names.map((name) => client.ask("thread/name/set", { threadId, name }));
  const read = client.request("thread/read", { threadId });
  await Promise.all(asked);
  expect((await read).thread.name).toBe("name 19");
  await client.notified("thread/name/updated", ({ threadName }) => threadName === "name 19");
  const told = client.notifications("thread/name/updated").map(({ params }) => params.threadName);
  expect(told).toEqual(names);
});

test("a thread is known by every form of its id", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  for (const form of [threadId.toUpperCase(), `urn:uuid:${threadId}`, threadId.replaceAll("-", "")]) {
    expect((await client.request("thread/read", { threadId: form })).thread.id).toBe(threadId);
  }
});

test("connections that come and go leave nothing behind", async ({ open, join }) => {
  const client = await join();
  const gauge = async () => (await client.request("thread/loaded/list", {})).data.length;
  const before = await gauge();
  for (let round = 0; round < 50; round++) {
    const passing = await open();
    passing.socket.terminate();
    await passing.closed;
  }
  expect(await gauge()).toBe(before);
  const threadId = await startThread(client);
  expect((await runTurn(client, threadId, [says("Still here.")])).status).toBe("completed");
});

test("a client that goes in mid-turn does not end the turn", async ({ join }) => {
  const [first, second] = [await join(), await join()];
  const threadId = await startThread(first);
  const input = [{ type: "text", text: "Say something.", text_elements: [] }];
  await first.request("turn/start", { threadId, input });
  first.socket.terminate();
  await second.notified("thread/status/changed", ({ status }) => status.type === "idle");
  const { data } = await second.request("thread/turns/list", { threadId });
  expect(data).toMatchObject([{ status: "completed" }]);
});

/** Whatever has to read the table takes as long as `meanwhile`. */
async function lock({ database }: TestServer, table: string, meanwhile: () => Promise<void>): Promise<void> {
  await database.administer((sql) =>
    sql.begin(async (holder) => {
      await holder`lock table ${holder(table)} in access exclusive mode`;
      await meanwhile();
    }),
  );
}

test("a client that floods without end is closed with 4429", async ({ join, server }) => {
  const client = await join();
  const frame = JSON.stringify({ id: "flood", method: "thread/list", params: {} });
  await lock(server, "threads", async () => {
    for (let count = 0; count < 12_000; count++) client.send(frame);
    expect((await client.closed).code).toBe(4429);
  });
  expect(client.frames.filter((answer) => isAnswer(answer) && answer.error?.code === -32001).length).toBeGreaterThan(0);
});

test("a client that answers without end what nobody has asked is closed with 4429", async ({ join, server }) => {
  const client = await join();
  const answer = JSON.stringify({ id: "approval-of-nothing", result: { decision: "accept" } });
  await lock(server, "approvals", async () => {
    for (let count = 0; count < 1_000; count++) client.send(answer);
    expect((await client.closed).code).toBe(4429);
  });
});

test("who offers HTTP/2 with a request is served without it", async ({ server }) => {
  const { hostname, port } = new URL(server.app.address.url);
  const socket = connect(Number(port), hostname);
  const offer = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"];
  for (let request = 0; request < 2; request++) {
    socket.write(["GET /healthz HTTP/1.1", `Host: ${hostname}:${port}`, ...offer, "", ""].join("\r\n"));
    const [head] = await once(socket, "data");
    expect(String(head)).toMatch(/^HTTP\/1.1 200/);
  }
  socket.destroy();
});

test("a client that never says goodbye does not keep the server from stopping", { timeout: 15_000 }, async ({
  server,
}) => {
  const { hostname, port } = new URL(server.app.address.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
  const key = [`Sec-WebSocket-Key: ${"A".repeat(22)}==`, `Authorization: Bearer ${server.accessToken}`];
  socket.write(["GET / HTTP/1.1", `Host: ${hostname}:${port}`, ...upgrade, ...key, "", ""].join("\r\n"));
  const [head] = await once(socket, "data");
  expect(String(head)).toMatch(/^HTTP\/1.1 101/);
  socket.on("error", () => {});
  await server.restart();
  socket.destroy();
});
