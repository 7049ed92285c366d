/** A model at whose address nothing listens. */
import { expect } from "vitest";
import { expectItemsClosed, startThread, startTurn } from "../testing/conversation.ts";
import { says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

test("is waited for, which people are told, and an interrupt ends the wait", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  await server.model.close();
  const turnId = await startTurn(client, threadId, [says("Unheard.")]);
  const { error, willRetry } = await client.notified("error");
  expect(willRetry).toBe(true);
  expect(error.message).toMatch(/^Reconnecting/);
  await client.request("turn/interrupt", { threadId, turnId });
  expect((await client.notified("turn/completed")).turn).toMatchObject({ id: turnId, status: "interrupted" });
  expectItemsClosed(client);
});
