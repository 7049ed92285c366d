/** Pages that are read while events arrive: what a page holds and what follows it never overlap, and leave nothing out. */
import { expect } from "vitest";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { isAnswer, isNotification } from "../testing/frame.ts";
import { reached, visible } from "../testing/open-store.ts";
import { gate, prompt, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";

const streaming = [{ type: "text", deltas: 80, size: 5, delayMs: 5 } as const, gate("end of stream"), says("Over.")];

test("a page's asOf and the frames around it are in one order", async ({ join, server }) => {
  const client = await join({ replay: true });
  const { thread } = await client.request("thread/start", {});
  await startTurn(client, thread.id, streaming);
  let reading = true;
  const read = async () => {
    while (reading) {
      await client.request("thread/turns/list", { threadId: thread.id, limit: 1, itemsView: "full" });
      await client.request("thread/items/list", { threadId: thread.id });
      await client.request("thread/read", { threadId: thread.id, includeTurns: true });
    }
  };
  const readers = [read(), read()];
  await server.model.gateReached("end of stream");
  reading = false;
  await Promise.all(readers);
  server.model.releaseGate("end of stream");
  await client.next((frame) => JSON.stringify(frame).includes('"turn/completed"'));
  let [at, pages] = [0, 0];
  for (const frame of client.frames) {
    if (isAnswer(frame) && frame.result?.asOf !== undefined) {
      // Nothing that is sent after a page is older than what the page holds, and nothing sent before it is newer.
      if (at > 0) expect(frame.result.asOf).toBeGreaterThanOrEqual(at);
      pages += 1;
    }
    if (!isNotification(frame, "skein/thread/events")) continue;
    if (at > 0) expect(frame.params.from).toBe(at);
    at = frame.params.to;
  }
  expect(pages).toBeGreaterThan(3);
});

test("a plain client that reads pages all the while gets every word once", async ({ join, server }) => {
  const client = await join();
  const threadId = await startThread(client);
  await startTurn(client, threadId, streaming);
  let reading = true;
  const reader = (async () => {
    while (reading) await client.request("thread/turns/list", { threadId, limit: 5, itemsView: "full" });
  })();
  await server.model.gateReached("end of stream");
  reading = false;
  await reader;
  server.model.releaseGate("end of stream");
  await client.notified("turn/completed");
  const [message] = client.notifications("item/completed").filter(({ params }) => params.item.type === "agentMessage");
  const deltas = client
    .notifications("item/agentMessage/delta")
    .filter(({ params }) => params.itemId === message?.params.item.id);
  expect(deltas.map(({ params }) => params.delta).join("")).toBe(message?.params.item.text);
  expect(message?.params.item.text).toHaveLength(400);
});

test("older pages loaded in mid-stream make the same timeline as all of it at once", async ({
  join,
  connectStore,
  server,
}) => {
  const driver = await join();
  const threadId = await startThread(driver);
  for (let index = 0; index < 25; index++) await runTurn(driver, threadId, [says(`Answer ${index}.`)]);
  const [whole, paged] = [connectStore(), connectStore()].map(({ client }) => client.openThread(threadId));
  if (whole === undefined || paged === undefined) throw new Error("two stores were opened");
  await Promise.all([whole, paged].map((store) => reached(store, ({ phase }) => phase.type === "live")));
  await startTurn(driver, threadId, streaming);
  await reached(paged, ({ timeline }) => timeline?.turns.at(-1)?.items.at(-1)?.item.type === "agentMessage");
  await paged.loadOlder();
  await server.model.gateReached("end of stream");
  server.model.releaseGate("end of stream");
  const isOver = (store: typeof whole) =>
    reached(
      store,
      ({ timeline }) =>
        timeline?.turns.at(-1)?.status === "completed" && timeline.turns.length > 5 && timeline.activeTurnId === null,
    );
  await isOver(whole);
  while (whole.getSnapshot().timeline?.window.hasOlder) await whole.loadOlder();
  const [one, two] = [await isOver(whole), await isOver(paged)];
  expect(one.timeline?.turns).toHaveLength(26);
  expect(visible(two.timeline)).toEqual(visible(one.timeline));
});

test("of two clients that start a turn at once, one starts it and the other steers it", async ({ join }) => {
  const clients = [await join(), await join(), await join()];
  const [first] = clients;
  if (first === undefined) throw new Error("three have joined");
  const threadId = await startThread(first);
  const begun = clients.map((client, index) =>
    client.request("turn/start", {
      threadId,
      input: prompt([says(`To client ${index}.`)]),
      clientUserMessageId: `key-${index}`,
    }),
  );
  const ids = new Set((await Promise.all(begun)).map(({ turn }) => turn.id));
  await first.notified("turn/completed");
  const { data } = await first.request("thread/turns/list", { threadId, itemsView: "full" });
  expect(new Set(data.map(({ id }: { id: string }) => id))).toEqual(ids);
  const asked = data.flatMap(({ items }: { items: { type: string; clientId: string }[] }) =>
    items.filter(({ type }) => type === "userMessage"),
  );
  expect(asked.map(({ clientId }: { clientId: string }) => clientId).sort()).toEqual(["key-0", "key-1", "key-2"]);
});
