/** What people see of a model that fails, and what becomes of their thread. */
import { expect } from "vitest";
import type { Step } from "../../../../e2e/scripted-model/script.ts";
import { completedItems, expectItemsClosed, runTurn, startThread } from "../testing/conversation.ts";
import { beginsToSay, gate, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly info: unknown;
  readonly message: RegExp;
  readonly requests: number;
}

const failures: readonly Case[] = [
  {
    name: "401",
    steps: [{ type: "status", status: 401, body: { error: { message: "Incorrect API key: sk-secret" } } }],
    ...{ info: expect.anything(), message: /401/, requests: 1 },
  },
  {
    name: "429",
    steps: [{ type: "status", status: 429, body: { error: { message: "slow down" } } }],
    ...{ info: { responseTooManyFailedAttempts: { httpStatusCode: 429 } }, message: /429/, requests: 1 },
  },
  {
    name: "a spent limit",
    steps: [{ type: "status", status: 429, body: { error: { type: "usage_limit_reached", message: "limit" } } }],
    ...{ info: "usageLimitExceeded", message: /limit/, requests: 1 },
  },
  {
    name: "a prompt that is too long",
    steps: [{ type: "fail", code: "context_length_exceeded", message: "too long" }],
    ...{ info: "contextWindowExceeded", message: /context window/, requests: 1 },
  },
  {
    name: "an answer cut at its maximum",
    steps: [beginsToSay("Half of it"), { type: "incomplete", reason: "max_output_tokens" }],
    ...{ info: "other", message: /max_output_tokens/, requests: 1 },
  },
];

for (const { name, steps, info, message, requests } of failures) {
  test(`${name} fails the turn once and for all, with words for it`, async ({ join, server }) => {
    const client = await join();
    const threadId = await startThread(client);
    const before = server.model.requests.length;
    const turn = await runTurn(client, threadId, steps);
    expect(server.model.requests.length - before).toBe(requests);
    expect(turn).toMatchObject({
      status: "failed",
      error: { codexErrorInfo: info, message: expect.stringMatching(message) },
    });
    const told = client.notifications("error").map(({ params }) => params);
    expect(told).toMatchObject([{ threadId, turnId: turn.id, willRetry: false, error: turn.error }]);
    expect(JSON.stringify(turn.error)).not.toMatch(/sk-secret|127\.0\.0\.1/);
    expectItemsClosed(client);
    expect((await runTurn(client, threadId, [says("Better now.")])).status).toBe("completed");
  });
}

test("500 once is made good without a word", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turn = await runTurn(client, threadId, [{ type: "status", status: 500, times: 1 }, says("Here I am.")]);
  expect(turn).toMatchObject({ status: "completed", items: [{ text: "Here I am." }] });
  expect(client.notifications("error")).toEqual([]);
});

test("a stream that breaks is begun again; the broken message is closed", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  server.model.push([beginsToSay("Half of "), gate("cut"), { type: "cut" }], [says("Half of it.")]);
  await client.request("turn/start", { threadId, input: [{ type: "text", text: "Say it.", text_elements: [] }] });
  await client.notified("item/agentMessage/delta");
  server.model.releaseGate("cut");
  const { turn } = await client.notified("turn/completed");
  expect(turn).toMatchObject({ status: "completed", items: [{ text: "Half of it." }] });
  expect(client.notifications("error").map(({ params }) => params)).toMatchObject([
    { willRetry: true, error: { message: expect.stringMatching(/^Reconnecting/) } },
  ]);
  expect(completedItems(client).map(({ text }) => text)).toEqual([undefined, "Half of ", "Half of it."]);
  expectItemsClosed(client);
});
