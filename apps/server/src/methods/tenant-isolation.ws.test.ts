/** Another tenant's threads do not exist, whatever is asked of them: the answers are those about an id that nobody has. */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { createAccessToken } from "../identity/access-tokens.ts";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { prompt, runs, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";

async function tokenOfStranger({ database }: TestServer): Promise<string> {
  const stranger = await database.addTenant();
  return (await createAccessToken(database.withTenant, stranger, "stranger")).secret;
}

const input = [{ type: "text", text: "hello", text_elements: [] }];

const requests: readonly [string, object][] = [
  ["thread/read", { includeTurns: true }],
  ["thread/resume", {}],
  ["thread/fork", {}],
  ["thread/turns/list", {}],
  ["thread/items/list", {}],
  ["thread/archive", {}],
  ["thread/unarchive", {}],
  ["thread/delete", {}],
  ["thread/name/set", { name: "mine now" }],
  ["thread/unsubscribe", {}],
  ["thread/goal/get", {}],
  ["thread/backgroundTerminals/list", {}],
  ["thread/readState/update", { operation: { type: "read" }, expectedRevision: "x" }],
  ["turn/start", { input }],
  ["turn/steer", { input, expectedTurnId: "x" }],
  ["turn/interrupt", { turnId: "" }],
];

test("idle, running or waiting: a foreign thread is answered like one that nobody has", async ({ join, server }) => {
  const owner = await join();
  const stranger = await join({ token: await tokenOfStranger(server) });
  const idle = await startThread(owner);
  await runTurn(owner, idle, [says("Secret words.")]);
  const waiting = await startThread(owner, { approvalPolicy: "untrusted" });
  await startTurn(owner, waiting, [runs("touch secret")], [says("Done.")]);
  await owner.asked();
  const running = await startThread(owner);
  await startTurn(owner, running, saysAround("isolation", "Half a ", "secret."));
  await owner.notified("item/agentMessage/delta");
  for (const threadId of [idle, waiting, running]) {
    for (const [method, params] of requests) {
      const nobodys = randomUUID();
      const foreign = await stranger.ask(method, { ...params, threadId });
      const unknown = await stranger.ask(method, { ...params, threadId: nobodys });
      expect(JSON.stringify({ ...foreign, id: 0 }).replaceAll(threadId, "ID")).toBe(
        JSON.stringify({ ...unknown, id: 0 }).replaceAll(nobodys, "ID"),
      );
    }
  }
  server.model.releaseGate("isolation");
  await owner.notified("turn/completed", ({ threadId }) => threadId === running);
});

test("no list, no search and no notification tells of them", async ({ join, server }) => {
  const owner = await join();
  const stranger = await join({ token: await tokenOfStranger(server) });
  const own = await startThread(stranger);
  const count = stranger.frames.length;
  const threadId = await startThread(owner);
  await owner.request("thread/name/set", { threadId, name: "a secret name" });
  await runTurn(owner, threadId, [says("A secret answer.")]);
  await owner.request("thread/archive", { threadId });
  await owner.request("thread/unarchive", { threadId });
  for (const params of [{}, { archived: true }, { searchTerm: "secret" }]) {
    const { data } = await stranger.request("thread/list", params);
    expect(data.every(({ id }: { id: string }) => id === own)).toBe(true);
  }
  expect((await stranger.request("thread/search", { searchTerm: "secret" })).data).toEqual([]);
  expect((await stranger.request("thread/loaded/list", {})).data).toEqual([own]);
  await owner.request("thread/delete", { threadId });
  await stranger.request("thread/list", {});
  expect(stranger.frames.slice(count).filter((frame) => "method" in frame)).toEqual([]);
});

test("an approval's id is no key to another tenant's approval", async ({ join, server }) => {
  const owner = await join();
  const stranger = await join({ token: await tokenOfStranger(server) });
  const threadId = await startThread(owner, { approvalPolicy: "untrusted" });
  const turnId = await startTurn(owner, threadId, [runs("touch stolen")], [says("Done.")]);
  const { id } = await owner.asked();
  stranger.send({ id, result: { decision: "accept" } });
  await stranger.request("thread/list", {});
  expect(owner.notifications("serverRequest/resolved")).toEqual([]);
  await owner.request("turn/interrupt", { threadId, turnId });
});

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
