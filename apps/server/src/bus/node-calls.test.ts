import { expect, test } from "vitest";
import type { Bus } from "./bus.ts";
import { InProcessHub } from "./in-process-bus.ts";
import { NodeCalls } from "./node-calls.ts";
import { subjectsOf } from "./subjects.ts";

const subjects = subjectsOf("db");
const bytes = (text: string) => Buffer.from(text);

function pair(handle: (body: Uint8Array) => Promise<Uint8Array>, disturb: (bus: Bus) => Bus = (bus) => bus) {
  const hub = new InProcessHub();
  const asker = new NodeCalls(disturb(hub.join()), subjects, "asker");
  const answerer = new NodeCalls(hub.join(), subjects, "answerer");
  answerer.answerBy(handle);
  return { asker, answerer };
}

test("a call is carried out once, however often it is sent", async () => {
  let calls = 0;
  const { asker } = pair(async (body) => bytes(`${++calls}: ${Buffer.from(body)}`));
  const replies = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    replies.push(await asker.call("answerer", "one", bytes("hello"), 10_000));
  }
  expect(replies.map((reply) => reply.type === "reply" && Buffer.from(reply.payload).toString())).toEqual(
    Array(3).fill("1: hello"),
  );
  await asker.call("answerer", "two", bytes("hello"), 10_000);
  expect(calls).toBe(2);
});

test("an attempt that joins one in progress gets its reply", async () => {
  const finish = Promise.withResolvers<Uint8Array>();
  const { asker } = pair(() => finish.promise);
  expect(await asker.call("answerer", "one", bytes(""), 10)).toEqual({ type: "silence" });
  const second = asker.call("answerer", "one", bytes(""), 10_000);
  finish.resolve(bytes("done"));
  expect(await second).toMatchObject({ type: "reply" });
});

test("a call of many megabytes arrives whole", async () => {
  const { asker } = pair(async (body) => bytes(String(body.length)));
  const reply = await asker.call("answerer", "big", Buffer.alloc(3_000_000, 7), 10_000);
  expect(reply.type === "reply" && Buffer.from(reply.payload).toString()).toBe("3000000");
});

test("a reply of many megabytes arrives whole, and again, and is carried out once", async () => {
  let calls = 0;
  const { asker } = pair(async () => bytes(`${++calls}`.padEnd(3_000_000, "é")));
  for (let attempt = 0; attempt < 2; attempt++) {
    const reply = await asker.call("answerer", "big", bytes("hello"), 10_000);
    expect(reply.type === "reply" && Buffer.from(reply.payload).toString()).toBe("1".padEnd(3_000_000, "é"));
  }
});

test("a node that goes while its long reply is fetched leaves open what it did", async () => {
  let requests = 0;
  const leaving = (bus: Bus): Bus => ({
    ...{ state: bus.state, publish: () => {}, subscribe: () => () => {}, close: () => bus.close() },
    answer: (subject, handler) => bus.answer(subject, handler),
    request: async (subject, payload, timeoutMs) =>
      ++requests === 3 ? { type: "nobody" } : bus.request(subject, payload, timeoutMs),
  });
  const { asker } = pair(async () => bytes("x".repeat(3_000_000)), leaving);
  expect(await asker.call("answerer", "big", bytes("hello"), 10_000)).toEqual({ type: "silence" });
});

test("long replies that nobody fetched are not kept without end", async () => {
  let calls = 0;
  const { asker } = pair(async () => bytes(`${++calls}`.padEnd(20_000_000, "x")));
  for (let call = 0; call < 5; call++) await asker.call("answerer", `call ${call}`, bytes(""), 10_000);
  await asker.call("answerer", "call 4", bytes(""), 10_000);
  expect(calls).toBe(5);
  await asker.call("answerer", "call 0", bytes(""), 10_000);
  expect(calls).toBe(6);
});

test("parts that were lost are sent again with the next attempt", async () => {
  let requests = 0;
  const losing = (bus: Bus): Bus => ({
    ...{ state: bus.state, publish: () => {}, subscribe: () => () => {}, close: () => bus.close() },
    answer: (subject, handler) => bus.answer(subject, handler),
    request: async (subject, payload, timeoutMs) =>
      ++requests === 2 ? { type: "silence" } : bus.request(subject, payload, timeoutMs),
  });
  const { asker } = pair(async (body) => bytes(String(body.length)), losing);
  expect(await asker.call("answerer", "big", Buffer.alloc(1_200_000), 10_000)).toEqual({ type: "silence" });
  expect(await asker.call("answerer", "big", Buffer.alloc(1_200_000), 10_000)).toMatchObject({ type: "reply" });
});

test("a node that is not there is said to be nobody", async () => {
  const { asker } = pair(async (body) => body);
  expect(await asker.call("elsewhere", "one", bytes(""), 10_000)).toEqual({ type: "nobody" });
});
