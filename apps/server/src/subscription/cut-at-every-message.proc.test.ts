/** A turn with reasoning, text, commands, a patch, approvals and a plan, and a client for every place at which its connection can break. */
import type { ThreadSnapshot } from "@skein/client/thread/thread-snapshot";
import { expect } from "vitest";
import { acceptUntilCompleted, type Join, rich, test } from "../testing/cut-test.ts";
import type { Fate } from "../testing/cutting-proxy.ts";
import { reached, visible } from "../testing/open-store.ts";
import { prompt } from "../testing/prompts.ts";

const isOver = ({ phase, timeline }: ThreadSnapshot) =>
  phase.type === "live" && timeline?.turns[0]?.status === "completed" && timeline.pendingApprovals.length === 0;

/** One turn, followed by a client with each of the fates. */
async function followRichTurn(join: Join, fates: readonly Fate[]) {
  const { client: driver } = await join();
  const { thread, cursor = "" } = await driver.request("thread/start", {
    clientThreadId: crypto.randomUUID(),
    approvalPolicy: "untrusted",
  });
  const followers = await Promise.all(fates.map((fate) => join((connection) => (connection === 1 ? fate : {}))));
  const stores = followers.map(({ client }) => client.openThread(thread.id));
  await Promise.all(stores.map((store) => reached(store, ({ phase }) => phase.type === "live")));
  const over = acceptUntilCompleted(driver, thread.id, cursor);
  await driver.thread(thread.id).startTurn({ input: prompt(...rich), clientUserMessageId: crypto.randomUUID() });
  await over;
  const ended = await Promise.all(stores.map((store) => reached(store, isOver)));
  return { followers, timelines: ended.map(({ timeline }) => visible(timeline)) };
}

test("after any message of the server's, a cut, and the client comes back to the same timeline", async ({ join }) => {
  const rehearsal = await followRichTurn(join, [{}]);
  const messages = rehearsal.followers[0]?.proxy.messages ?? 0;
  const cuts = Array.from({ length: messages + 8 }, (_, index) => ({ cutAfterMessages: index + 1 }));
  const { followers, timelines } = await followRichTurn(join, [{}, ...cuts]);
  const [expected, ...others] = timelines;
  expect(expected?.turns[0]?.items.map(({ item }) => item.type)).toEqual([
    ...["userMessage", "reasoning", "agentMessage", "commandExecution"],
    ...["fileChange", "commandExecution", "agentMessage"],
  ]);
  expect(expected?.turns[0]?.plan).not.toBeNull();
  for (const other of others) expect(other).toEqual(expected);
  const spared = followers.slice(1).flatMap(({ proxy }, index) => (proxy.cuts === 0 ? [index + 1] : []));
  // How the last words are put together is a matter of milliseconds; everything before that has met its cut.
  expect(spared.filter((message) => message <= messages - 8)).toEqual([]);
});

test("messages that come twice change nothing", async ({ join }) => {
  const { timelines } = await followRichTurn(join, [{}, { doubled: true }, { doubled: true, cutAfterMessages: 20 }]);
  const [expected, ...others] = timelines;
  for (const other of others) expect(other).toEqual(expected);
});
