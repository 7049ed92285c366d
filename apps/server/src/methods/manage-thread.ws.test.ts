/** What is done to a thread as a whole, and what the tenant's other connections hear of it. */
import { expect } from "vitest";
import { runTurn, startThread } from "../testing/conversation.ts";
import { patches, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

test("others of the tenant hear of a thread without following it, and of nothing that is said in it", async ({
  join,
}) => {
  const [client, other, framed] = [await join(), await join(), await join({ replay: true })];
  const threadId = await startThread(client);
  for (const listener of [other, framed]) {
    expect(await listener.notified("thread/started")).toMatchObject({ thread: { id: threadId } });
  }
  await runTurn(client, threadId, [says("Between us.")]);
  await client.request("thread/name/set", { threadId, name: "  A name  " });
  await client.request("thread/archive", { threadId });
  await client.request("thread/unarchive", { threadId });
  await client.request("thread/delete", { threadId });
  await client.notified("thread/deleted");
  for (const listener of [other, framed]) {
    await listener.notified("thread/deleted");
    const told = listener.notifications().filter(({ params }) => (params.threadId ?? params.thread?.id) === threadId);
    expect(told.map(({ method, params }) => [method, params.status?.type ?? params.threadName ?? null])).toEqual([
      ["thread/started", null],
      ["thread/status/changed", "active"],
      ["thread/status/changed", "idle"],
      ["thread/name/updated", "A name"],
      ["thread/archived", null],
      ["thread/unarchived", null],
      ["thread/deleted", null],
    ]);
  }
  const own = client.notifications().map(({ method }) => method);
  for (const method of ["thread/name/updated", "thread/archived", "thread/unarchived", "thread/deleted"]) {
    expect(own.filter((name) => name === method)).toHaveLength(1);
  }
  expect((await client.ask("thread/read", { threadId })).error?.message).toBe(`thread not loaded: ${threadId}`);
});

test("an ephemeral thread is nobody else's", async ({ join }) => {
  const [client, other] = [await join(), await join()];
  const threadId = await startThread(client, { ephemeral: true });
  expect((await runTurn(client, threadId, [says("Whispered.")])).status).toBe("completed");
  await other.request("thread/list", {});
  expect(JSON.stringify(other.frames)).not.toContain(threadId);
  expect((await client.ask("thread/name/set", { threadId, name: "x" })).error?.message).toMatch(
    /^ephemeral threads do not support/,
  );
});

test("a fork has the whole history under new ids of its own, and goes its own way", async ({ join, server }) => {
  const client = await join();
  const source = await startThread(client);
  const first = await runTurn(
    client,
    source,
    [patches("*** Add File: fork.txt", "+one")],
    [says("Said before the fork.")],
  );
  await client.request("thread/name/set", { threadId: source, name: "Source" });
  const { thread } = await client.request("thread/fork", { threadId: source });
  expect(thread).toMatchObject({ forkedFromId: source, name: "Source", status: { type: "idle" } });
  await client.notified("thread/started", ({ thread: { id } }) => id === thread.id);
  const itemsOf = async (threadId: string) => (await client.request("thread/items/list", { threadId })).data;
  expect(await itemsOf(thread.id)).toEqual(await itemsOf(source));
  await runTurn(client, thread.id, [says("Only in the fork.")]);
  expect(JSON.stringify(server.model.requests.at(-1)?.body.input)).toContain("Said before the fork.");
  await runTurn(client, source, [says("Only in the source.")]);
  expect(JSON.stringify(await itemsOf(source))).not.toContain("Only in the fork.");
  expect((await client.request("thread/turns/list", { threadId: thread.id })).data).toHaveLength(2);
  await client.request("thread/delete", { threadId: source });
  expect((await client.request("thread/turns/list", { threadId: thread.id })).data.at(-1).id).toBe(first.id);
});

test("a thread that is deleted while its turn runs stops, and is gone", async ({ join }) => {
  const [client, other] = [await join(), await join()];
  const threadId = await startThread(client, { approvalPolicy: "untrusted" });
  const input = [{ type: "text", text: "Say something.", text_elements: [] }];
  await client.request("turn/start", { threadId, input });
  await client.request("thread/delete", { threadId });
  await other.notified("thread/deleted");
  for (const method of ["thread/read", "thread/resume", "thread/turns/list"]) {
    expect((await client.ask(method, { threadId })).error).toMatchObject({ code: -32600 });
  }
  expect(JSON.stringify((await other.request("thread/list", {})).data)).not.toContain(threadId);
});

test("who unsubscribes hears no more of what is said, and may come back", async ({ join }) => {
  const [client, other] = [await join(), await join()];
  const threadId = await startThread(client);
  await other.request("thread/resume", { threadId });
  expect(await other.request("thread/unsubscribe", { threadId })).toEqual({ status: "unsubscribed" });
  expect(await other.request("thread/unsubscribe", { threadId })).toEqual({ status: "notSubscribed" });
  await runTurn(client, threadId, [says("Missed.")]);
  await other.request("thread/list", {});
  expect(other.notifications("item/started")).toEqual([]);
  const { thread } = await other.request("thread/resume", { threadId });
  expect(thread.turns[0].items.at(-1)).toMatchObject({ text: "Missed." });
});
