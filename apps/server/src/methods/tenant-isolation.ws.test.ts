/** Another tenant's threads do not exist, whatever is asked of them: the answers are those about an id that nobody has. */
import { randomUUID } from "node:crypto";
import { type MethodName, methods } from "@skein/protocol/methods";
import { expect } from "vitest";
import { z } from "zod";
import { createAccessToken } from "../identity/access-tokens.ts";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { prompt, runs, says, saysAround } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";

async function tokenOfStranger({ database }: TestServer): Promise<string> {
  const stranger = await database.addTenant();
  return (await createAccessToken(database.withTenant, stranger, { name: "stranger" })).secret;
}

const input = [{ type: "text", text: "hello", text_elements: [] }];

/** What a thread of the owner's is called by, for a stranger who has learned all of it. */
interface Known {
  readonly turnId: string;
  readonly queuedSubmissionId: string;
  readonly processId: string;
  readonly cursor: string;
}

/** Beside `threadId`, by method; every method of the registry that names a thread is here. */
const probes: Readonly<Record<string, (known: Known) => object>> = {
  "thread/read": () => ({ includeTurns: true }),
  "thread/resume": ({ cursor }) => ({ replay: { cursor } }),
  "thread/fork": () => ({}),
  "thread/turns/list": () => ({}),
  "thread/items/list": ({ turnId }) => ({ turnId }),
  "thread/archive": () => ({}),
  "thread/unarchive": () => ({}),
  "thread/delete": () => ({}),
  "thread/name/set": () => ({ name: "mine now" }),
  "thread/unsubscribe": () => ({}),
  "thread/goal/get": () => ({}),
  "thread/readState/update": () => ({ operation: { type: "read" }, expectedRevision: "x" }),
  "thread/settings/update": () => ({ approvalPolicy: "never" }),
  "turn/start": () => ({ input, clientUserMessageId: "the owner's key" }),
  "turn/steer": ({ turnId }) => ({ input, expectedTurnId: turnId, clientUserMessageId: "the owner's key" }),
  "turn/interrupt": ({ turnId }) => ({ turnId }),
  "thread/queue/add": () => ({ input, clientUserMessageId: "the owner's message" }),
  "thread/queue/update": ({ queuedSubmissionId }) => ({ queuedSubmissionId, input }),
  "thread/queue/delete": ({ queuedSubmissionId }) => ({ queuedSubmissionId }),
  "thread/queue/reorder": ({ queuedSubmissionId }) => ({ queuedSubmissionIds: [queuedSubmissionId] }),
  "thread/queue/list": () => ({}),
  "thread/queue/start": ({ queuedSubmissionId }) => ({ queuedSubmissionId }),
  "thread/shellCommand": () => ({ command: "touch stolen" }),
  "thread/compact/start": () => ({}),
  "review/start": () => ({ target: { type: "uncommittedChanges" } }),
  "thread/backgroundTerminals/list": () => ({}),
  "thread/backgroundTerminals/terminate": ({ processId }) => ({ processId }),
  "thread/backgroundTerminals/clean": () => ({}),
  "hooks/list": () => ({}),
  "mcpServerStatus/list": () => ({}),
};

function namesThread([, { params }]: [string, { readonly params: z.ZodType }]): boolean {
  const { properties } = z.toJSONSchema(params, { io: "input", unrepresentable: "any" });
  return properties !== undefined && "threadId" in properties;
}

test("every method of the registry that names a thread is probed", () => {
  const named = Object.entries<{ readonly params: z.ZodType }>(methods).filter(namesThread);
  expect(Object.keys(probes).toSorted()).toEqual(named.map(([method]) => method).toSorted());
});

test("idle, running or waiting: a foreign thread is answered like one that nobody has", async ({ join, server }) => {
  const owner = await join({ replay: true });
  const stranger = await join({ replay: true, token: await tokenOfStranger(server) });
  const idle = await startThread(owner);
  await startTurn(owner, idle, [says("Secret words.")]);
  await owner.notified("skein/thread/events", ({ threadId, events }) => threadId === idle && hasEnded(events));
  const waiting = await startThread(owner, { approvalPolicy: "untrusted" });
  const turnId = await startTurn(owner, waiting, [runs("touch secret")], [says("Done.")]);
  await owner.asked();
  const running = await startThread(owner);
  const keyed = {
    input: prompt(saysAround("isolation", "Half a ", "secret.")),
    clientUserMessageId: "the owner's key",
  };
  await owner.request("turn/start", { threadId: running, ...keyed });
  await server.model.gateReached("isolation");
  const later = { threadId: waiting, input, clientUserMessageId: "the owner's message" };
  const { queuedSubmission } = await owner.request("thread/queue/add", later);
  const count = stranger.frames.length;
  const seen = () =>
    Promise.all([idle, waiting].map((threadId) => owner.request("thread/read", { threadId, includeTurns: true })));
  const before = await seen();
  for (const threadId of [idle, waiting, running]) {
    const { replay } = await owner.request("thread/resume", { threadId, excludeTurns: true });
    const known = { turnId, queuedSubmissionId: queuedSubmission.id, processId: "1", cursor: replay.cursor };
    for (const [method, paramsOf] of Object.entries(probes)) {
      const nobodys = randomUUID();
      // What is refused for its form tells of nothing.
      methods[method as MethodName].params.parse({ ...paramsOf(known), threadId });
      const foreign = await stranger.ask(method, { ...paramsOf(known), threadId });
      const unknown = await stranger.ask(method, { ...paramsOf(known), threadId: nobodys });
      expect([method, JSON.stringify({ ...foreign, id: 0 }).replaceAll(threadId, "ID")]).toEqual([
        method,
        JSON.stringify({ ...unknown, id: 0 }).replaceAll(nobodys, "ID"),
      ]);
    }
  }
  expect(await seen()).toEqual(before);
  server.model.releaseGate("isolation");
  await owner.notified("skein/thread/events", ({ threadId, events }) => threadId === running && hasEnded(events));
  await owner.request("turn/interrupt", { threadId: waiting, turnId });
  // Whatever the owner's turns said to anybody went out before this answer.
  await stranger.request("thread/list", {});
  expect(stranger.frames.slice(count).filter((frame) => "method" in frame)).toEqual([]);
});

function hasEnded(events: readonly { readonly method: string }[]): boolean {
  return events.some(({ method }) => method === "turn/completed");
}

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

test("another tenant's token is answered like one that nobody has, and stays", async ({ join, server }) => {
  const owner = await join();
  const stranger = await join({ token: await tokenOfStranger(server) });
  await owner.request("skein/token/create", { name: "the owner's" });
  const ownersTokens = async () => (await owner.request("skein/token/list", {})).data;
  const [{ id: tokenId }] = await ownersTokens();
  const revoke = async (id: string) => {
    const answer = await stranger.ask("skein/token/revoke", { tokenId: id });
    return JSON.stringify({ ...answer, id: 0 }).replaceAll(id, "ID");
  };
  expect(await revoke(tokenId)).toBe(await revoke(randomUUID()));
  expect(await ownersTokens()).toMatchObject([{ id: tokenId }]);
});

test("another tenant's members are nobody, and stay as they are", async ({ join, server }) => {
  const owner = await join();
  const other = await server.database.addTenant();
  const { secret } = await createAccessToken(server.database.withTenant, other, { name: "stranger" });
  const stranger = await join({ token: secret });
  const membersOf = async (client: typeof owner) => (await client.request("skein/member/list", {})).data;
  const [before, foreign] = [await membersOf(owner), await membersOf(stranger)];
  expect(foreign.map(({ userId }: { userId: string }) => userId)).toEqual([other.userId]);
  const [{ userId }] = before;
  for (const [method, more] of [
    ["skein/member/update", { role: "viewer" }],
    ["skein/member/remove", {}],
  ] as const) {
    const answers = await Promise.all(
      [userId, randomUUID()].map(async (id) => {
        const answer = await stranger.ask(method, { userId: id, ...more });
        return JSON.stringify({ ...answer, id: 0 }).replaceAll(id, "ID");
      }),
    );
    expect(answers[0]).toBe(answers[1]);
  }
  expect(await membersOf(owner)).toEqual(before);
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
