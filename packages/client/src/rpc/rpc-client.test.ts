import { maxMessageBytes } from "@skein/protocol/message-limit";
import { expect, test } from "vitest";
import { NotConnected } from "../connection/not-connected.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { settle } from "../testing/settle.ts";
import { RpcClient } from "./rpc-client.ts";
import { ConnectionLost, MessageTooLarge, RpcError } from "./rpc-error.ts";

function setUp(send?: (text: string) => void) {
  const sent: Record<string, unknown>[] = [];
  const heard: unknown[] = [];
  const clock = new FakeClock();
  const rpc = new RpcClient({
    send: send ?? ((text) => sent.push(JSON.parse(text))),
    onNotification: (notification) => heard.push(notification),
    onServerRequest: (request) => heard.push(request),
    clock,
  });
  return { rpc, sent, heard, clock };
}

test("frames carry no jsonrpc member, and answers find their requests in any order", async () => {
  const { rpc, sent } = setUp();
  const first = rpc.request("thread/read", { threadId: "a" });
  const second = rpc.request("thread/read", { threadId: "b" });
  expect(sent).toEqual([
    { id: 1, method: "thread/read", params: { threadId: "a" } },
    { id: 2, method: "thread/read", params: { threadId: "b" } },
  ]);
  rpc.receive('{"id":2,"result":{"which":"b"}}');
  rpc.receive('{"id":1,"result":{"which":"a"}}');
  expect([await first, await second]).toEqual([{ which: "a" }, { which: "b" }]);
});

test("an error answer keeps code, words, kind and advice", async () => {
  const { rpc } = setUp();
  const request = rpc.request("thread/read", { threadId: "a" });
  rpc.receive('{"error":{"code":-32001,"message":"busy","data":{"kind":"overloaded","retry":"later"}},"id":1}');
  await expect(request).rejects.toThrow(RpcError);
  await expect(request).rejects.toMatchObject({ code: -32001, message: "busy", kind: "overloaded", retry: "later" });
});

test("a message that would cost the connection is not sent", async () => {
  const { rpc, sent } = setUp();
  // Three bytes a character, beside what the frame itself takes.
  const threadId = "€".repeat(maxMessageBytes / 3);
  await expect(rpc.request("thread/read", { threadId })).rejects.toThrow(MessageTooLarge);
  expect(sent).toEqual([]);
  const request = rpc.request("thread/read", { threadId: threadId.slice(0, -100) });
  expect(sent).toHaveLength(1);
  rpc.receive('{"id":2,"result":{}}');
  await request;
});

test("a connection that goes leaves open requests unanswered, which is not the same as not sent", async () => {
  const { rpc } = setUp();
  const open = rpc.request("thread/read", { threadId: "a" });
  rpc.connectionLost();
  await expect(open).rejects.toThrow(ConnectionLost);
  const unsent = setUp(() => {
    throw new NotConnected("cannot send while the connection is backoff");
  });
  await expect(unsent.rpc.request("thread/read", { threadId: "a" })).rejects.toThrow(NotConnected);
});

test("notifications and server requests go their ways; the latter are answered by id later", () => {
  const { rpc, sent, heard } = setUp();
  rpc.receive('{"method":"thread/archived","params":{"threadId":"a"},"emittedAtMs":1}');
  rpc.receive('{"method":"item/fileChange/requestApproval","id":"approval-1","params":{}}');
  expect(heard).toEqual([
    { method: "thread/archived", params: { threadId: "a" }, emittedAtMs: 1 },
    { method: "item/fileChange/requestApproval", id: "approval-1", params: {} },
  ]);
  rpc.respond("approval-1", { decision: "decline" });
  expect(sent).toEqual([{ id: "approval-1", result: { decision: "decline" } }]);
});

test.each(["", "nope", "[]", "null", "17", '{"id":99,"result":{}}'])(
  "%j is nobody's frame and harms nothing",
  (text) => {
    const { rpc, heard } = setUp();
    rpc.receive(text);
    expect(heard).toEqual([]);
  },
);

const refusedFor = (retryAfterMs: number, id: number) =>
  JSON.stringify({
    error: {
      code: -32001,
      message: "busy",
      data: { kind: "rateLimited", retry: "later", limit: "member", retryAfterMs },
    },
    id,
  });

test("what only reads and meets a limit is made again after the time that the server says", async () => {
  const { rpc, sent, clock } = setUp();
  const request = rpc.request("thread/read", { threadId: "a" });
  rpc.receive(refusedFor(2_000, 1));
  await settle();
  clock.advance(1_999);
  await settle();
  expect(sent).toHaveLength(1);
  clock.advance(1_000);
  await settle();
  expect(sent.map(({ id, ...rest }) => rest)).toEqual(
    Array(2).fill({ method: "thread/read", params: { threadId: "a" } }),
  );
  rpc.receive('{"id":2,"result":{"which":"a"}}');
  expect(await request).toEqual({ which: "a" });
  expect(clock.waiting).toBe(0);
});

test("a change that meets a limit is the asker's to repeat, and so is any other refusal", async () => {
  const { rpc, sent, clock } = setUp();
  const change = rpc.request("thread/name/set", { threadId: "a", name: "b" });
  rpc.receive(refusedFor(2_000, 1));
  await expect(change).rejects.toMatchObject({ kind: "rateLimited", retryAfterMs: 2_000 });
  const read = rpc.request("thread/read", { threadId: "a" });
  rpc.receive(
    '{"error":{"code":-32001,"message":"away","data":{"kind":"databaseUnavailable","retry":"later"}},"id":2}',
  );
  await expect(read).rejects.toMatchObject({ kind: "databaseUnavailable", retryAfterMs: null });
  expect([sent.length, clock.waiting]).toEqual([2, 0]);
});

test("a limit that stays is told after some tries, each further apart", async () => {
  const { rpc, sent, clock } = setUp();
  const request = rpc.request("thread/read", { threadId: "a" });
  request.catch(() => {});
  let seconds = 0;
  for (let tries = 1; tries <= 6; tries += 1) {
    rpc.receive(refusedFor(1_000, tries));
    await settle();
    for (; sent.length === tries && seconds < 100; seconds += 1) {
      clock.advance(1_000);
      await settle();
    }
  }
  await expect(request).rejects.toMatchObject({ kind: "rateLimited" });
  expect(sent).toHaveLength(6);
});

test("a connection that goes while a request waits to be made again leaves it unanswered", async () => {
  const { rpc, sent, clock } = setUp();
  const request = rpc.request("thread/read", { threadId: "a" });
  request.catch(() => {});
  rpc.receive(refusedFor(1_000, 1));
  await settle();
  rpc.connectionLost();
  await expect(request).rejects.toThrow(ConnectionLost);
  clock.advance(10_000);
  expect([sent.length, clock.waiting]).toEqual([1, 0]);
});
