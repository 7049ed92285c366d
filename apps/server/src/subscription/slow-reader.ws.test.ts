/** A client that stops reading costs the others nothing and loses nothing. What it does not take stays in the log. */
import { randomBytes } from "node:crypto";
import type { ThreadEventBody } from "@skein/timeline/event";
import { expect } from "vitest";
import { chunk, completedMessage, completedTurn, startedMessage, startedTurn } from "../log/testing.ts";
import { commitUnpublished } from "../testing/commit-unpublished.ts";
import { startThread } from "../testing/conversation.ts";
import { isAnswer, isNotification } from "../testing/frame.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const chunks = 208;
const chunkChars = 64 * 1024;

/** Text that the database cannot store in less room than it takes. */
const noise = randomBytes((chunkChars * 3) / 4).toString("base64");

/** Far more than the system's buffers between server and client hold. */
const flood: readonly ThreadEventBody[] = [
  startedTurn("flood"),
  startedMessage("flood", "message"),
  ...Array.from({ length: chunks }, (_, index) => chunk("flood", "message", `${index}:${noise}`)),
  completedMessage("flood", "message", "It is over."),
  completedTurn("flood"),
];

const isOver = (frame: object) => JSON.stringify(frame).includes("It is over.");

/** Numbers of the chunks that it was sent, in their order. */
function numbersOf(client: TestClient): readonly number[] {
  const deltas = client.notifications().flatMap(({ method, params }) => {
    if (method === "item/agentMessage/delta") return [params.delta];
    if (method !== "skein/thread/events") return [];
    return params.events
      .filter((event: { method: string }) => event.method === "item/agentMessage/delta")
      .map((event: { params: { delta: string } }) => event.params.delta);
  });
  return deltas.map((delta: string) => Number.parseInt(delta, 10));
}

const all = Array.from({ length: chunks }, (_, index) => index);

test("a plain client that stops reading delays nobody, and then gets every event and its answers in order", async ({
  join,
  server,
}) => {
  const [stalled, other] = [await join(), await join({ replay: true })];
  const threadId = await startThread(stalled);
  await other.request("thread/resume", { threadId });
  stalled.socket.pause();
  await commitUnpublished(server, threadId, flood, 16);
  await other.next(isOver);
  expect(numbersOf(other)).toEqual(all);
  expect(numbersOf(stalled)).toEqual([]);
  // Asked while it reads nothing: what was committed before the answer comes before it.
  const answered = stalled.request("model/list", {});
  await other.request("model/list", {});
  stalled.socket.resume();
  await answered;
  const [over, answer] = [stalled.frames.findIndex(isOver), stalled.frames.length - 1];
  expect(isAnswer(stalled.frames[answer] ?? { id: null })).toBe(true);
  expect(over).toBeGreaterThan(0);
  expect(numbersOf(stalled)).toEqual(all);
});

test("a client with a cursor that has missed too much is told to resume, and reloads", async ({ join, server }) => {
  const [stalled, other] = [await join({ replay: true }), await join()];
  const threadId = await startThread(other);
  const { replay } = await stalled.request("thread/resume", { threadId });
  stalled.socket.pause();
  await commitUnpublished(server, threadId, flood, 16);
  await other.next(isOver);
  stalled.socket.resume();
  expect(await stalled.notified("skein/thread/reset")).toEqual({ threadId, reason: "tooFarBehind" });
  const frames = stalled.notifications("skein/thread/events").map(({ params }) => params);
  // What it was sent up to there has no hole, and is a part only.
  for (const [index, { from, to, events }] of frames.entries()) {
    expect(from).toBe(index === 0 ? Number(replay.cursor.split(".").at(-1)) : frames[index - 1]?.to);
    expect(events.length <= 1 || JSON.stringify(events).length <= 256 * 1024 + 1_000).toBe(true);
    expect(to).toBeGreaterThan(from);
  }
  expect(numbersOf(stalled).length).toBeLessThan(chunks);
  const resumed = await stalled.request("thread/resume", { threadId, replay: { cursor: frames.at(-1)?.cursor } });
  expect(resumed.replay).toMatchObject({ verdict: "reset", reason: "tooFarBehind" });
});

test("a short pause is made up for without a reset", async ({ join, server }) => {
  const [client, other] = [await join({ replay: true }), await join()];
  const threadId = await startThread(other);
  await client.request("thread/resume", { threadId });
  client.socket.pause();
  await commitUnpublished(server, threadId, flood.slice(0, 12), 3);
  await other.notified("item/agentMessage/delta", ({ delta }) => delta.startsWith("9:"));
  client.socket.resume();
  await client.next((frame) => JSON.stringify(frame).includes('"9:'));
  expect(numbersOf(client)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(client.frames.some((frame) => isNotification(frame, "skein/thread/reset"))).toBe(false);
});
