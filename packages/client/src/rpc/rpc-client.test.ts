import { maxMessageBytes } from "@skein/protocol/message-limit";
import { expect, test } from "vitest";
import { NotConnected } from "../connection/not-connected.ts";
import { RpcClient } from "./rpc-client.ts";
import { ConnectionLost, MessageTooLarge, RpcError } from "./rpc-error.ts";

function setUp(send?: (text: string) => void) {
  const sent: Record<string, unknown>[] = [];
  const heard: unknown[] = [];
  const rpc = new RpcClient({
    send: send ?? ((text) => sent.push(JSON.parse(text))),
    onNotification: (notification) => heard.push(notification),
    onServerRequest: (request) => heard.push(request),
  });
  return { rpc, sent, heard };
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
