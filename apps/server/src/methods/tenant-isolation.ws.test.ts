/** What a stranger must not even disturb. That they learn nothing, method by method, is in `borders/`. */
import { expect } from "vitest";
import { createAccessToken } from "../identity/access-tokens.ts";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { prompt, runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";

async function tokenOfStranger({ database }: TestServer): Promise<string> {
  const stranger = await database.addTenant();
  return (await createAccessToken(database.withTenant, stranger, { name: "stranger" })).secret;
}

function hasEnded(events: readonly { readonly method: string }[]): boolean {
  return events.some(({ method }) => method === "turn/completed");
}

test("tenants have workspaces of their own", async ({ join, server }) => {
  const owner = await join();
  const stranger = await join({ token: await tokenOfStranger(server) });
  const mine = await startThread(owner);
  await runTurn(owner, mine, [runs("echo secret > only-mine.txt")], [says("Written.")]);
  const theirs = await startThread(stranger);
  await stranger.request("turn/start", {
    threadId: theirs,
    input: prompt([runs("ls -la; ls ..")], [says("Nothing.")]),
  });
  const { item } = await stranger.notified("item/completed", ({ item }) => item.type === "commandExecution");
  expect(item.exitCode).toBe(0);
  expect(item.aggregatedOutput).not.toContain("only-mine");
  const { data } = await stranger.request("skein/token/list", {});
  expect(data.map(({ name }: { name: string }) => name)).toEqual(["stranger"]);
});

test("a stranger who asks for a thread before anybody else keeps its owner from nothing", async ({ join, server }) => {
  const owner = await join({ replay: true });
  const { thread, cursor } = await owner.request("thread/start", {});
  const { id: threadId } = thread;
  await startTurn(owner, threadId, [says("Long ago.")]);
  await owner.notified("skein/thread/events", ({ events }) => hasEnded(events));
  const token = await tokenOfStranger(server);
  // Nobody follows the thread after that.
  await server.restart();
  const stranger = await join({ replay: true, token });
  expect((await stranger.ask("thread/resume", { threadId })).error?.message).toContain("no rollout found");
  const back = await join({ replay: true });
  const { replay } = await back.request("thread/resume", { threadId, replay: { cursor } });
  expect(replay.verdict).toBe("continue");
  await back.notified("skein/thread/events", ({ events }) => hasEnded(events));
});
