import { maxMessageBytes } from "@skein/protocol/message-limit";
import { expect, test, vi } from "vitest";
import { ConnectionLost, RpcError } from "../rpc/rpc-error.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { settle } from "../testing/settle.ts";
import { Outbox, OutboxFull } from "./outbox.ts";

function message(threadId: string, clientUserMessageId: string, text = "") {
  return { threadId, clientUserMessageId, input: [{ type: "text" as const, text, text_elements: [] }] };
}

/** Every request waits for the test to answer it. */
function setUp(stored: string | null = null) {
  const requests: { method: string; key: string; resolve: (result: unknown) => void; reject: (e: Error) => void }[] =
    [];
  const written: string[] = [];
  const clock = new FakeClock();
  const watched = new Set<string>();
  const outbox = new Outbox({
    rpc: {
      request: (method, params) => {
        const { promise, resolve, reject } = Promise.withResolvers<never>();
        const { clientUserMessageId: key } = params as { clientUserMessageId: string };
        requests.push({ method, key, resolve: resolve as never, reject });
        return promise;
      },
    },
    clock,
    schedule: (flush) => flush(),
    storage: { read: () => stored, write: (text) => written.push(text) },
    isWatched: (threadId) => watched.has(threadId),
  });
  const keys = () => requests.map(({ key }) => key);
  const states = () => outbox.getSnapshot().map(({ key, state }) => `${key} ${state.type}`);
  return { outbox, requests, written, clock, watched, keys, states };
}

test("commands wait for a connection; those of one thread go one after the other", async () => {
  const { outbox, requests, keys } = setUp();
  const first = outbox.request("turn/start", message("t", "1"));
  void outbox.request("turn/start", message("t", "2"));
  void outbox.request("turn/start", message("other", "3"));
  expect(keys()).toEqual([]);
  outbox.connected();
  expect(keys()).toEqual(["1", "3"]);
  requests[0]?.resolve({ turn: "first" });
  expect(await first).toEqual({ turn: "first" });
  await settle();
  expect(keys()).toEqual(["1", "3", "2"]);
});

test("what was under way when the connection went is sent again under its key, and answered once", async () => {
  const { outbox, requests, keys } = setUp();
  const answered = vi.fn();
  void outbox.request("turn/start", message("t", "1")).then(answered);
  outbox.connected();
  outbox.disconnected();
  requests[0]?.reject(new ConnectionLost());
  await settle();
  outbox.connected();
  expect(keys()).toEqual(["1", "1"]);
  requests[1]?.resolve("done");
  await settle();
  expect(answered.mock.calls).toEqual([["done"]]);
});

test("a command without a key is not taken", async () => {
  const { outbox } = setUp();
  await expect(outbox.request("turn/interrupt", { threadId: "t", turnId: "x" })).rejects.toThrow("without a key");
  await expect(outbox.request("turn/start", { threadId: "t", input: [] })).rejects.toThrow("without a key");
});

test("a busy server is asked again after a pause, and the thread's next command waits behind", async () => {
  const { outbox, requests, clock, keys } = setUp();
  outbox.connected();
  void outbox.post("turn/start", message("t", "1"));
  void outbox.post("turn/start", message("t", "2"));
  requests[0]?.reject(new RpcError(-32001, "busy", { kind: "overloaded", retry: "later" }));
  await settle();
  expect(keys()).toEqual(["1"]);
  clock.advance(20_000);
  expect(keys()).toEqual(["1", "1"]);
});

test("a command that met a limit waits for as long as the server says", async () => {
  const { outbox, requests, clock, keys } = setUp();
  outbox.connected();
  void outbox.post("turn/start", message("t", "1"));
  requests[0]?.reject(new RpcError(-32001, "busy", { kind: "rateLimited", retry: "later", retryAfterMs: 30_000 }));
  await settle();
  clock.advance(29_999);
  expect(keys()).toEqual(["1"]);
  clock.advance(1);
  expect(keys()).toEqual(["1", "1"]);
});

test("a server that is busy for too long is taken at its word", async () => {
  const { outbox, requests, clock, states } = setUp();
  outbox.connected();
  void outbox.post("turn/start", message("t", "1"));
  for (let round = 0; round < 7; round += 1) {
    requests.at(-1)?.reject(new RpcError(-32001, "busy", { kind: "overloaded", retry: "later" }));
    await settle();
    clock.advance(20_000);
  }
  expect(requests).toHaveLength(7);
  expect(states()).toEqual(["1 failed"]);
});

test("a database that is away is waited for, however long and over however many connections", async () => {
  const { outbox, requests, clock, keys, states } = setUp();
  const away = new RpcError(-32001, "Saving is paused", { kind: "databaseUnavailable", retry: "later" });
  void outbox.post("turn/start", message("t", "1"));
  void outbox.post("turn/start", message("t", "2"));
  for (let round = 0; round < 10; round += 1) {
    // The server says so when it greets, which is after this client has begun to send.
    outbox.connected();
    outbox.hold();
    requests.at(-1)?.reject(away);
    await settle();
    expect(states()).toEqual(["1 waiting", "2 waiting"]);
    clock.advance(3_600_000);
    expect(requests).toHaveLength(round + 1);
    outbox.disconnected();
  }
  outbox.connected();
  outbox.hold();
  requests.at(-1)?.reject(away);
  await settle();
  clock.advance(20_000);
  outbox.release();
  requests.at(-1)?.resolve({});
  await settle();
  expect(keys().slice(-2)).toEqual(["1", "2"]);
  expect(states()).toEqual(["2 sending"]);
});

test("what was put off just before the database came back is sent when its pause is over", async () => {
  const { outbox, requests, clock, keys } = setUp();
  outbox.connected();
  void outbox.post("turn/start", message("t", "1"));
  outbox.hold();
  requests[0]?.reject(new RpcError(-32001, "Saving is paused", { kind: "databaseUnavailable", retry: "later" }));
  await settle();
  outbox.release();
  clock.advance(20_000);
  expect(keys()).toEqual(["1", "1"]);
});

test("what a person sends again may be put off as often as anything new", async () => {
  const { outbox, requests, clock, states } = setUp();
  const busy = new RpcError(-32001, "busy", { kind: "overloaded", retry: "later" });
  outbox.connected();
  void outbox.post("turn/start", message("t", "1"));
  for (let round = 0; round < 7; round += 1) {
    requests.at(-1)?.reject(busy);
    await settle();
    clock.advance(20_000);
  }
  expect(states()).toEqual(["1 failed"]);
  outbox.retry(outbox.getSnapshot()[0]?.id ?? 0);
  requests.at(-1)?.reject(busy);
  await settle();
  expect(states()).toEqual(["1 waiting"]);
});

test("what was refused stays to be seen, does not stop what comes after it, and is sent again on demand", async () => {
  const { outbox, requests, keys, states } = setUp();
  outbox.connected();
  const first = outbox.post("turn/start", message("t", "1"));
  void outbox.post("turn/start", message("t", "2"));
  requests[0]?.reject(new RpcError(-32600, "not allowed", { kind: "forbidden", retry: "never" }));
  await expect(first).rejects.toThrow("not allowed");
  await settle();
  expect(states()).toEqual(["1 failed", "2 sending"]);
  requests[1]?.resolve({});
  await settle();
  const [failed] = outbox.getSnapshot();
  outbox.retry(failed?.id ?? 0);
  expect(keys()).toEqual(["1", "2", "1"]);
  outbox.discard(failed?.id ?? 0);
  expect(states()).toEqual([]);
});

test("an answered message stays until its thread shows it, whichever comes first", async () => {
  const { outbox, requests, watched, states } = setUp();
  watched.add("t");
  outbox.connected();
  for (const key of ["1", "2", "3"]) void outbox.post("turn/start", message("t", key));
  requests[0]?.resolve({});
  await settle();
  expect(states()).toEqual(["1 answered", "2 sending", "3 waiting"]);
  outbox.shown("t", "1");
  outbox.shown("t", "2");
  expect(states()).toEqual(["2 sending", "3 waiting"]);
  requests[1]?.resolve({});
  await settle();
  requests[2]?.resolve({});
  await settle();
  expect(states()).toEqual(["3 answered"]);
  outbox.reloaded("t");
  expect(states()).toEqual([]);
});

test("a reload keeps what was posted: the rest is sent again, a refusal stays a refusal", async () => {
  const before = setUp();
  before.outbox.connected();
  for (const key of ["1", "2", "3"]) void before.outbox.post("turn/start", message("t", key, `text ${key}`));
  before.outbox.request("turn/start", message("t", "4")).catch(() => {});
  before.requests[0]?.reject(new RpcError(-32600, "no", { kind: "forbidden", retry: "never" }));
  await settle();
  before.outbox.close();
  const after = setUp(before.written.at(-1) ?? null);
  expect(after.states()).toEqual(["1 failed", "2 waiting", "3 waiting"]);
  after.outbox.connected();
  expect(after.keys()).toEqual(["2"]);
  expect(after.outbox.getSnapshot()[1]?.params).toEqual(message("t", "2", "text 2"));
});

test.each(["nonsense", "null", '{"version":2,"commands":[]}', '{"version":1,"commands":[{"method":"x"},7,null]}'])(
  "what cannot be read back is left out: %s",
  (stored) => {
    expect(setUp(stored).states()).toEqual([]);
  },
);

test("it is bounded in number and in bytes, and says so", async () => {
  const many = setUp();
  for (let index = 0; index < 200; index += 1) void many.outbox.post("turn/start", message("t", String(index)));
  await expect(many.outbox.request("turn/start", message("t", "one more"))).rejects.toThrow(OutboxFull);
  const large = setUp();
  const text = "x".repeat(maxMessageBytes - 1000);
  for (const key of ["1", "2"]) void large.outbox.post("turn/start", message("t", key, text));
  await expect(large.outbox.request("turn/start", message("t", "3", text))).rejects.toThrow(OutboxFull);
});

test("a closed client tells whoever waits", async () => {
  const { outbox } = setUp();
  const waiting = outbox.request("turn/start", message("t", "1"));
  outbox.close();
  await expect(waiting).rejects.toThrow(ConnectionLost);
  await expect(outbox.request("turn/start", message("t", "2"))).rejects.toThrow(ConnectionLost);
});
