/** Connections that break in the middle of messages, hundreds of times; sockets that go silent; fifty breaks in one turn. */
import fc from "fast-check";
import { expect } from "vitest";
import { acceptUntilCompleted, eventsUntilCompleted, fastClock, type Join, rich, test } from "../testing/cut-test.ts";
import { reached, visible } from "../testing/open-store.ts";
import { gate, prompt, says } from "../testing/prompts.ts";

const wantedCuts = Number(process.env.SKEIN_TEST_BYTE_CUTS ?? 300);
const followersAtOnce = 4;

/** A thread with one rich turn that is over, and what its events are. */
async function recordRichTurn(join: Join) {
  const { client, proxy } = await join();
  const { thread, cursor = "" } = await client.request("thread/start", {
    clientThreadId: crypto.randomUUID(),
    approvalPolicy: "untrusted",
  });
  const over = acceptUntilCompleted(client, thread.id, cursor);
  await client.thread(thread.id).startTurn({ input: prompt(...rich), clientUserMessageId: crypto.randomUUID() });
  await over;
  const before = proxy.bytes;
  const events = await eventsUntilCompleted(client, thread.id, cursor);
  const store = client.openThread(thread.id);
  const { timeline } = await reached(store, ({ phase }) => phase.type === "live");
  return { threadId: thread.id, cursor, events, timeline: visible(timeline), tapeBytes: proxy.bytes - before };
}

test(`${wantedCuts} cuts at any byte lose nothing, double nothing and change no order`, {
  timeout: 60_000 + 500 * wantedCuts,
}, async ({ join }) => {
  const recorded = await recordRichTurn(join);
  // A connection's first words (the upgrade, `initialize`, the verdict) are cut as often as the events themselves.
  const offset = fc.integer({ min: 1, max: recorded.tapeBytes + 6_000 });
  const seed = Number(process.env.SKEIN_TEST_SEED ?? Date.now());
  const offsets = fc.sample(offset, { numRuns: 2 * wantedCuts + 1_000, seed });
  let [cuts, rounds] = [0, 0];
  const follow = async () => {
    const round = rounds++;
    const { client, proxy } = await join(() => ({ cutAfterBytes: offsets.pop() ?? 1_000_000 }));
    const context = `seed ${seed}, round ${round}`;
    const events = await eventsUntilCompleted(client, recorded.threadId, recorded.cursor);
    expect(events, context).toEqual(recorded.events);
    if (round % 4 === 0) {
      const store = client.openThread(recorded.threadId);
      const { timeline } = await reached(store, ({ phase }) => phase.type === "live");
      expect(visible(timeline), context).toEqual(recorded.timeline);
    }
    client.close();
    cuts += proxy.cuts;
    await proxy.close();
  };
  const followOn = async () => {
    while (cuts < wantedCuts) await follow();
  };
  await Promise.all(Array.from({ length: followersAtOnce }, followOn));
});

test("a socket that goes silent after any message is given up, and nothing is missed", async ({ join }) => {
  const { client: driver } = await join();
  const { thread, cursor = "" } = await driver.request("thread/start", { clientThreadId: crypto.randomUUID() });
  const silences = Array.from({ length: 16 }, (_, index) => ({ swallowAfterMessages: index + 1 }));
  const followers = await Promise.all(
    silences.map((fate) => join((connection) => (connection === 1 ? fate : {}), fastClock(8))),
  );
  const followed = followers.map(({ client }) => eventsUntilCompleted(client, thread.id, cursor));
  await driver.thread(thread.id).startTurn({
    input: prompt(Array.from({ length: 12 }, (_, index) => says(`part ${index}`))),
    clientUserMessageId: crypto.randomUUID(),
  });
  const expected = await eventsUntilCompleted(driver, thread.id, cursor);
  for (const events of await Promise.all(followed)) expect(events).toEqual(expected);
  // Later ones may have heard all that they waited for.
  expect(followers.slice(0, 3).map(({ proxy }) => proxy.connections > 1)).toEqual([true, true, true]);
});

test("fifty cuts in one turn", async ({ join, server }) => {
  const { client: driver } = await join();
  const { thread, cursor = "" } = await driver.request("thread/start", { clientThreadId: crypto.randomUUID() });
  const { client, proxy } = await join((connection) => (connection <= 50 ? { cutAfterMessages: 3 } : {}));
  const store = client.openThread(thread.id);
  const streamed = eventsUntilCompleted(client, thread.id, cursor);
  const script = [{ type: "text" as const, deltas: 100, size: 6, delayMs: 8 }, gate("fifty"), says("Over.")];
  await driver.thread(thread.id).startTurn({ input: prompt(script), clientUserMessageId: crypto.randomUUID() });
  await Promise.all([proxy.reachedCuts(50), server.model.gateReached("fifty")]);
  server.model.releaseGate("fifty");
  const expected = await eventsUntilCompleted(driver, thread.id, cursor);
  expect(await streamed).toEqual(expected);
  const isOver = ({ status }: { status: string }) => status === "completed";
  const { timeline } = await reached(store, (snapshot) => snapshot.timeline?.turns.every(isOver) === true);
  const whole = await reached(driver.openThread(thread.id), ({ phase }) => phase.type === "live");
  expect(visible(timeline)).toEqual(visible(whole.timeline));
});
