/** What is no request at all, and what comes too much: answered, and the connection goes on. */
import { once } from "node:events";
import { expect } from "vitest";
import { runTurn, startThread } from "../testing/conversation.ts";
import { isAnswer } from "../testing/frame.ts";
import { says } from "../testing/prompts.ts";
import { helloOf, test } from "../testing/server-test.ts";

const frames = {
  "no JSON": ["{nope", -32700, /^Parse error: /],
  nothing: ["", -32700, /^Parse error: /],
  "an array": ['[{"id":1,"method":"thread/list","params":{}}]', -32600, /^Invalid request: batches/],
  "a string": ['"initialize"', -32600, /^Invalid request: a message must be a JSON object/],
  "no method": ['{"id":1}', -32600, /^Invalid request: missing field `method`/],
  "a method that is a number": ['{"id":1,"method":5}', -32600, /^Invalid request: `method`/],
  "the id null": ['{"id":null,"method":"thread/list","params":{}}', -32600, /^Invalid request: `id`/],
  "an id with a fraction": ['{"id":1.5,"method":"thread/list","params":{}}', -32600, /^Invalid request: `id`/],
  "an id that is an object": ['{"id":{},"method":"thread/list","params":{}}', -32600, /^Invalid request: `id`/],
  "an id beyond exact integers": [
    '{"id":9007199254740993,"method":"thread/list","params":{}}',
    -32600,
    /^Invalid request: `id`/,
  ],
} as const;

for (const [name, [text, code, words]] of Object.entries(frames)) {
  test(`${name} is answered under the id null`, async ({ join }) => {
    const client = await join();
    client.send(text);
    const answer = await client.next((frame) => isAnswer(frame) && frame.id === null);
    expect(answer).toMatchObject({ id: null, error: { code, message: expect.stringMatching(words) } });
    const threadId = await startThread(client);
    expect(await runTurn(client, threadId, [says("Still here.")])).toMatchObject({ status: "completed" });
  });
}

test("a binary message is answered under the id null", async ({ join }) => {
  const client = await join();
  client.socket.send(Buffer.from('{"id":1,"method":"thread/list","params":{}}'));
  expect(await client.next((frame) => isAnswer(frame) && frame.id === null)).toMatchObject({
    error: { code: -32600, message: expect.stringMatching(/^Invalid request: binary/) },
  });
  await client.request("thread/loaded/list", {});
});

test("negative and string ids come back as they are", async ({ join }) => {
  const client = await join();
  for (const id of [-7, 0, "a-string", "7"]) {
    client.send({ id, method: "nope/unknown" });
    expect(await client.next((frame) => isAnswer(frame) && frame.id === id)).toMatchObject({ id });
  }
});

test("an unknown notification and an answer to nothing are passed over", async ({ join }) => {
  const client = await join();
  client.send({ method: "nope/unknown", params: {} });
  client.send({ id: 77, result: {} });
  client.send({ id: "approval-of-nothing", error: { code: 1, message: "no" } });
  await client.request("thread/loaded/list", {});
  expect(client.frames.filter((frame) => isAnswer(frame) || "error" in frame)).toHaveLength(2);
});

test("a message of more than 16 MiB closes the connection with 1009; one below does not", async ({ join }) => {
  const client = await join();
  const large = await client.ask("thread/list", { searchTerm: "x".repeat(15 * 1024 * 1024) });
  expect(large.result).toMatchObject({ data: [] });
  client.socket.send("x".repeat(17 * 1024 * 1024));
  expect((await client.closed).code).toBe(1009);
});

test("of 500 requests written at once the surplus is refused, and every one is answered", async ({ join }) => {
  const client = await join();
  const answers = await Promise.all(Array.from({ length: 500 }, () => client.ask("thread/list", {})));
  const refused = answers.filter(({ error }) => error !== undefined);
  for (const { error } of refused)
    expect(error).toMatchObject({ code: -32001, message: "Server overloaded; retry later." });
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(500);
  const threadId = await startThread(client);
  expect(await runTurn(client, threadId, [says("Still here.")])).toMatchObject({ status: "completed" });
});

test("before initialize nothing else is served, and it is served once", async ({ open }) => {
  const client = await open();
  expect((await client.ask("thread/list", {})).error).toMatchObject({ code: -32600, message: "Not initialized" });
  expect((await client.ask("nope/unknown")).error?.message).toMatch(
    /^Invalid request: unknown variant `nope\/unknown`/,
  );
  expect((await client.ask("initialize")).error?.message).toBe("Invalid request: missing field `params`");
  expect((await client.ask("initialize", {})).error?.message).toMatch(/^Invalid request: missing field `clientInfo`/);
  expect((await client.ask("initialize", helloOf({}))).result).toMatchObject({
    ...{ userAgent: expect.any(String), codexHome: expect.any(String), platformFamily: "unix" },
  });
  expect((await client.ask("initialize", helloOf({}))).error).toMatchObject({
    code: -32600,
    message: "Already initialized",
  });
  expect((await client.ask("thread/list", {})).result).toBeDefined();
});

test("initialize does without capabilities and without a title", async ({ open }) => {
  const client = await open();
  const { result } = await client.ask("initialize", { clientInfo: { name: "bare", version: "0" }, capabilities: null });
  expect(result).not.toHaveProperty("extensions");
});

test("a ping is answered", async ({ join }) => {
  const client = await join();
  client.socket.ping("are you there");
  const [said] = await once(client.socket, "pong");
  expect(String(said)).toBe("are you there");
});
