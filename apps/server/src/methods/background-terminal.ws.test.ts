import { expect } from "vitest";
import { completedItems, runTurn, startThread } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

const goesOn = [[runs("echo begun; sleep 1000", { yield_time_ms: 250 })], [says("It runs.")]] as const;

test("a background command is listed, ends when told to, and its item is closed", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  await runTurn(client, threadId, ...goesOn);
  const { data } = await client.request("thread/backgroundTerminals/list", { threadId });
  expect(data).toMatchObject([{ command: expect.stringContaining("sleep 1000") }]);
  const [{ processId, itemId }] = data;
  const end = (id: string) => client.request("thread/backgroundTerminals/terminate", { threadId, processId: id });
  expect(await end("1")).toEqual({ terminated: false });
  expect(await end(processId)).toEqual({ terminated: true });
  await client.notified("item/completed", ({ item }) => item.id === itemId);
  expect(completedItems(client).at(-1)).toMatchObject({ type: "commandExecution", status: "failed" });
  expect(await client.request("thread/backgroundTerminals/list", { threadId })).toMatchObject({ data: [] });
});

test("all of a thread's are ended together; a thread that runs none is fine", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client);
  expect(await client.request("thread/backgroundTerminals/clean", { threadId })).toEqual({});
  await runTurn(client, threadId, ...goesOn);
  const { data } = await client.request("thread/backgroundTerminals/list", { threadId });
  expect(await client.request("thread/backgroundTerminals/clean", { threadId })).toEqual({});
  await client.notified("item/completed", ({ item }) => item.id === data[0].itemId);
  const lines = await client.request("skein/audit/list", {
    actions: ["backgroundCommand.ended"],
    aboutThread: threadId,
  });
  expect(lines.data).toMatchObject([{ subject: data[0].itemId, details: { client: expect.any(String) } }]);
});
