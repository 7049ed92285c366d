import { expect } from "vitest";
import { completedItems, startThread, startTurn } from "../testing/conversation.ts";
import { says } from "../testing/prompts.ts";
import { test as base } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";

const test = base.extend<{ server: TestServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use: (server: TestServer) => Promise<void>) => {
      const server = await startTestServer({ SKEIN_MODEL_PATIENCE_SECONDS: "1" });
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
});

test("a model that says nothing for longer than its operator's patience is asked again", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  await startTurn(client, threadId, [{ type: "hang", times: 1 }, says("At last.")]);
  const { turn } = await client.notified("turn/completed");
  expect(turn.status).toBe("completed");
  expect(completedItems(client).at(-1)).toMatchObject({ type: "agentMessage", text: "At last." });
  expect(server.model.requests).toHaveLength(2);
});
