/** `skein/replay`: every event exactly once and in order, or a `reset`. */
import { describe, expect } from "vitest";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { isNotification } from "../testing/frame.ts";
import { reached, visible } from "../testing/open-store.ts";
import { gate, patches, plans, runs, says } from "../testing/prompts.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

/** A turn with everything that a turn can have. */
const rich = [
  [
    { type: "reasoning", summary: ["First.", "Then."] },
    says("I will ", "look ", "around."),
    runs("touch made && echo made"),
  ],
  [plans({ step: "Write", status: "in_progress" }), patches("*** Add File: a.txt", "+a")],
  [runs("echo one; echo two; rm -f a.txt")],
  [says("All ", "done.")],
] as const;

const framesOf = (client: TestClient) => client.notifications("skein/thread/events").map(({ params }) => params);

/** Says yes to everything that is asked. */
async function acceptAll(client: TestClient, threadId: string): Promise<void> {
  const isOver = () => client.notifications("turn/completed").some(({ params }) => params.threadId === threadId);
  while (!isOver()) {
    const frame = await client.next(
      (candidate) => ("id" in candidate && "method" in candidate) || isNotification(candidate, "turn/completed"),
    );
    if ("id" in frame && "method" in frame) client.send({ id: frame.id ?? "", result: { decision: "accept" } });
  }
}

test("range frames join without a gap, from the thread's beginning to its head", async ({ join }) => {
  const client = await join({ replay: true });
  const driver = await join();
  const { thread, asOf } = await client.request("thread/start", { approvalPolicy: "untrusted" });
  await driver.request("thread/resume", { threadId: thread.id });
  await startTurn(driver, thread.id, ...rich);
  await acceptAll(driver, thread.id);
  await client.next((frame) => JSON.stringify(frame).includes('"turn/completed"'));
  let at = asOf;
  for (const frame of framesOf(client)) {
    expect(frame.from).toBe(at);
    expect(frame.to).toBeGreaterThan(frame.from);
    const seqs = frame.events.map(({ seq }: { seq: number }) => seq);
    expect(seqs).toEqual([...seqs].sort((left: number, right: number) => left - right));
    for (const seq of seqs) expect(seq > frame.from && seq <= frame.to).toBe(true);
    at = frame.to;
  }
  const { asOf: head } = await client.request("thread/read", { threadId: thread.id });
  expect(at).toBe(head);
  const inside = framesOf(client).flatMap(({ events }) => events.map(({ method }: { method: string }) => method));
  const plain = driver.notifications().map(({ method }) => method);
  const seqless = new Set(["thread/status/changed", "thread/started"]);
  expect(inside.filter((method) => !method.startsWith("skein/"))).toEqual(
    plain.filter((method) => !seqless.has(method)),
  );
});

test("plain clients never see what is Skein's own", async ({ join }) => {
  const client = await join();
  const threadId = await startThread(client, { approvalPolicy: "untrusted" });
  await startTurn(client, threadId, ...rich);
  await acceptAll(client, threadId);
  expect(client.frames.filter((frame) => "method" in frame && frame.method.startsWith("skein/"))).toEqual([]);
});

test("notifications that a client opted out of do not come, in frames or beside them", async ({ join }) => {
  const optOut = ["item/agentMessage/delta", "thread/status/changed", "thread/tokenUsage/updated"];
  const [plain, framed] = [await join({ optOut }), await join({ replay: true, optOut })];
  const threadId = await startThread(plain);
  await framed.request("thread/resume", { threadId });
  await runTurn(plain, threadId, [says("Hello ", "there.")]);
  await framed.next((frame) => JSON.stringify(frame).includes('"turn/completed"'));
  for (const client of [plain, framed]) {
    for (const method of optOut) expect(JSON.stringify(client.frames.slice(1))).not.toContain(`"${method}"`);
  }
  expect(plain.notifications("item/completed")).toHaveLength(2);
});

describe("the verdict on a cursor", () => {
  const resume = async (client: TestClient, threadId: string, cursor: string | null) =>
    (await client.request("thread/resume", { threadId, excludeTurns: true, replay: { cursor } })).replay;

  test("continues from any cursor of this log, and resets with the reason from any other", async ({ join }) => {
    const client = await join({ replay: true });
    const { thread } = await client.request("thread/start", {});
    const first = await resume(client, thread.id, null);
    expect(first).toMatchObject({ verdict: "reset", reason: "noCursor" });
    const [incarnation, epoch, seq] = first.cursor.split(".");
    const verdicts = {
      [first.cursor]: { verdict: "continue", cursor: first.cursor, from: Number(seq) },
      [`${incarnation}.${epoch}.0`]: { verdict: "continue", cursor: `${incarnation}.${epoch}.0`, from: 0 },
      nonsense: { verdict: "reset", reason: "invalidCursor", cursor: first.cursor, from: Number(seq) },
      "": { verdict: "reset", reason: "invalidCursor", cursor: first.cursor, from: Number(seq) },
      [`other.${epoch}.${seq}`]: {
        verdict: "reset",
        reason: "otherIncarnation",
        cursor: first.cursor,
        from: Number(seq),
      },
      [`${incarnation}.99.${seq}`]: { verdict: "reset", reason: "otherEpoch", cursor: first.cursor, from: Number(seq) },
      [`${incarnation}.${epoch}.999`]: {
        verdict: "reset",
        reason: "aheadOfLog",
        cursor: first.cursor,
        from: Number(seq),
      },
    };
    for (const [cursor, verdict] of Object.entries(verdicts)) {
      expect(await resume(client, thread.id, cursor)).toEqual(verdict);
    }
  });

  test("an old cursor is followed by exactly what was missed", async ({ join }) => {
    const [client, late] = [await join({ replay: true }), await join({ replay: true })];
    const { thread } = await client.request("thread/start", {});
    const { cursor } = await resume(client, thread.id, null);
    await client.request("turn/start", {
      threadId: thread.id,
      input: [{ type: "text", text: "Hi", text_elements: [] }],
    });
    const over = (frame: object) => JSON.stringify(frame).includes('"turn/completed"');
    await client.next(over);
    expect(await resume(late, thread.id, cursor)).toMatchObject({ verdict: "continue", cursor });
    await late.next(over);
    const eventsOf = (from: TestClient) => framesOf(from).flatMap(({ events }) => events);
    expect(eventsOf(late)).toEqual(eventsOf(client));
    expect(framesOf(late)[0]?.from).toBe(Number(cursor.split(".").at(-1)));
  });
});

describe("a client that is cut off", () => {
  test("after any of its messages ends with the timeline of one that never was", async ({ join, connectStore }) => {
    const driver = await join();
    const threadId = await startThread(driver, { approvalPolicy: "untrusted" });
    const cuts = Array.from({ length: 64 }, (_, index) => index + 1);
    const whole = connectStore();
    const clients = [whole, ...cuts.map((cut) => connectStore((message) => message === cut))];
    const stores = clients.map(({ client }) => client.openThread(threadId));
    await Promise.all(stores.map((store) => reached(store, ({ phase }) => phase.type === "live")));
    await startTurn(driver, threadId, ...rich);
    await acceptAll(driver, threadId);
    const ended = await Promise.all(
      stores.map((store) =>
        reached(store, ({ phase, timeline }) => phase.type === "live" && timeline?.turns[0]?.status === "completed"),
      ),
    );
    const [expected, ...others] = ended.map(({ timeline }) => visible(timeline));
    expect(expected?.turns[0]?.items.map(({ item }) => item.type)).toEqual([
      ...[
        "userMessage",
        "reasoning",
        "agentMessage",
        "commandExecution",
        "fileChange",
        "commandExecution",
        "agentMessage",
      ],
    ]);
    for (const other of others) expect(other).toEqual(expected);
    // There was a cut after every message that the whole client got, the first of the connection among them.
    expect(whole.socket.messages).toBeLessThan(cuts.length);
    const cut = clients.filter(({ socket }) => socket.connections > 1).length;
    expect(cut).toBeGreaterThan(whole.socket.messages / 2);
  });

  test("again and again, while text streams, loses and doubles nothing", async ({ join, connectStore, server }) => {
    const driver = await join();
    const threadId = await startThread(driver);
    const whole = connectStore();
    const unlucky = Array.from({ length: 4 }, (_, index) => connectStore((message) => message % (index + 5) === 0));
    const stores = [whole, ...unlucky].map(({ client }) => client.openThread(threadId));
    await Promise.all(stores.map((store) => reached(store, ({ phase }) => phase.type === "live")));
    const turn = startTurn(driver, threadId, [
      { type: "text", deltas: 60, size: 6, delayMs: 8 },
      gate("streamed"),
      says("Over."),
    ]);
    await turn;
    await server.model.gateReached("streamed");
    server.model.releaseGate("streamed");
    const ended = await Promise.all(
      stores.map((store) =>
        reached(store, ({ phase, timeline }) => phase.type === "live" && timeline?.turns[0]?.status === "completed"),
      ),
    );
    const [expected, ...others] = ended.map(({ timeline }) => visible(timeline));
    for (const other of others) expect(other).toEqual(expected);
    expect(unlucky.every(({ socket }) => socket.connections > 1)).toBe(true);
  });
});
