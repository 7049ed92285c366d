/** A machine on which commands cannot be sandboxed. */
import { expect } from "vitest";
import { completedItems, expectItemsClosed, runTurn, startThread } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { test as base } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";

const test = base.extend<{ readonly server: TestServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const server = await startTestServer({ SKEIN_BUBBLEWRAP: "/nonexistent/bwrap" });
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
});

test("refuses commands with a reason that people and the model read; the thread goes on", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  const turn = await runTurn(client, threadId, [runs("touch should-not-exist")], [says("I see.")]);
  expect(turn).toMatchObject({ status: "completed", items: [{ text: "I see." }] });
  const [, command] = completedItems(client);
  expect(command).toMatchObject({
    type: "commandExecution",
    status: "failed",
    aggregatedOutput: expect.stringMatching(/commands are refused on this server: .*bubblewrap/s),
  });
  expect(JSON.stringify(server.model.requests.at(-1))).toContain("commands are refused on this server");
  expectItemsClosed(client);
});

test("says so where the server's health is shown", async ({ server }) => {
  const health = await (await fetch(`${server.app.address.url}/healthz`)).json();
  expect(health).toMatchObject({ isolation: "none", obstacle: expect.stringContaining("bubblewrap") });
});
