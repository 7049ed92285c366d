/** A thread in whose log is what only a newer version of the program knows. */
import { expect, vi } from "vitest";
import { openPool } from "../database/pools.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

test("it is left to others, and whoever asks for it here is told why", async ({ server, join }) => {
  const client = await join();
  const threadId = await startThread(client, { environments: [] });
  const turnId = await startTurn(client, threadId, saysAround("newer", "Before, ", "after."));
  await server.model.gateReached("newer");
  const owner = openPool(server.database.target, "skein_owner", { maxConnections: 1, silenceMs: null });
  await owner`update thread_events set version = 99 where thread_id = ${threadId} and type = 'thread.created'`;
  await server.restart();

  const again = await join();
  await vi.waitUntil(async () => {
    const { gauges } = await again.request("server/diagnostics", {});
    return gauges.some(
      ({ name, value }: { name: string; value: number }) => name === "skein.threads.left" && value === 1,
    );
  });
  for (const [method, params] of [
    ["turn/interrupt", { turnId }],
    ["thread/name/set", { name: "Mine" }],
  ] as const) {
    expect(await again.ask(method, { threadId, ...params })).toMatchObject({
      error: { message: expect.stringContaining("a newer version of Skein") },
    });
  }
  // Whatever was claimed has been given back.
  const [row] = await owner`select owner_node from threads where id = ${threadId}`;
  expect(row).toEqual({ owner_node: null });
  await owner.end();
});
