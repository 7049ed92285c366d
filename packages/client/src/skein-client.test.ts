import { afterEach, expect, test } from "vitest";
import { Blocked } from "./connection/blocked.ts";
import { ConnectionLost } from "./rpc/rpc-error.ts";
import { SkeinClient } from "./skein-client.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { FakeServer } from "./testing/fake-server.ts";
import { settle } from "./testing/settle.ts";

const clients: SkeinClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

async function start(server: FakeServer) {
  const options = { clientInfo: { name: "test", version: "0" }, clock: new FakeClock() };
  const client = new SkeinClient(server.openSocket, { ...options, schedule: (flush) => flush() });
  clients.push(client);
  server.accept();
  server.deliver();
  await settle();
  return client;
}

test("it says who it is, asks for replay and is live", async () => {
  const server = new FakeServer([]);
  const client = await start(server);
  expect(client.state.getSnapshot()).toMatchObject({ type: "live" });
  expect(server.received.slice(0, 2)).toMatchObject([
    { method: "initialize", params: { capabilities: { experimentalApi: true, extensions: { "skein/replay": {} } } } },
    { method: "initialized" },
  ]);
});

test("a server without replay is refused in words", async () => {
  const server = new FakeServer([]);
  server.extensions = undefined;
  const client = await start(server);
  const message = "the server does not speak skein/replay, which this client needs";
  expect(client.state.getSnapshot()).toEqual({ type: "blocked", reason: "rejected", message });
});

test("who was refused or closed keeps nobody waiting who comes later", async () => {
  const server = new FakeServer([]);
  server.extensions = undefined;
  const client = await start(server);
  const command = { threadId: "a", clientUserMessageId: "1", input: [] };
  await expect(client.request("turn/start", command)).rejects.toThrow(Blocked);
  await expect(client.request("thread/read", { threadId: "a" })).rejects.toThrow(Blocked);
  await expect(client.thread("a").events().next()).rejects.toThrow(Blocked);
  client.close();
  await expect(client.request("turn/start", command)).rejects.toThrow(ConnectionLost);
  expect(await client.thread("a").events().next()).toEqual({ done: true, value: undefined });
});

test("what was asked when the connection went is rejected", async () => {
  const server = new FakeServer([]);
  const client = await start(server);
  const asked = client.request("thread/read", { threadId: "a" });
  await settle();
  server.cut();
  await expect(asked).rejects.toThrow(ConnectionLost);
});

test("a thread is one store for all who have it open, and unsubscribed by the last", async () => {
  const server = new FakeServer([]);
  const client = await start(server);
  const store = client.openThread("thread-1");
  expect(client.openThread("thread-1")).toBe(store);
  client.closeThread("thread-1");
  await settle();
  expect(server.received.some(({ method }) => method === "thread/unsubscribe")).toBe(false);
  client.closeThread("thread-1");
  await settle();
  expect(server.received.at(-1)).toMatchObject({ method: "thread/unsubscribe", params: { threadId: "thread-1" } });
});

test("the database is away while the server says so, and as long as the connection on which it said so stands", async () => {
  const server = new FakeServer([]);
  const client = await start(server);
  expect(client.database.getSnapshot()).toEqual({ state: "available" });
  const away = { state: "unavailable", reason: "diskFull", message: "the disk of the database is full" };
  server.notify("skein/server/status", { database: away });
  server.deliver();
  expect(client.database.getSnapshot()).toEqual(away);
  server.cut();
  expect(client.database.getSnapshot()).toEqual({ state: "available" });
});

test("commands wait while the database is away, and go when it is back", async () => {
  const server = new FakeServer([]);
  server.grant("turn/start", {});
  const client = await start(server);
  const tell = (database: object) => {
    server.notify("skein/server/status", { database });
    server.deliver();
  };
  tell({ state: "unavailable", reason: "diskFull", message: "the disk of the database is full" });
  const said = client.request("turn/start", { threadId: "a", clientUserMessageId: "1", input: [] });
  await settle();
  expect(server.received.some(({ method }) => method === "turn/start")).toBe(false);
  tell({ state: "available" });
  await settle();
  server.deliver();
  expect(await said).toEqual({});
});
