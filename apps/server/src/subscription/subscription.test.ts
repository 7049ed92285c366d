import type { ThreadEvent } from "@skein/timeline/event";
import { presentApprovalServerRequest } from "@skein/timeline/present/approval";
import { expect, test } from "vitest";
import { maxFrameBytes } from "./build-frames.ts";
import { maxReplayEvents } from "./decide-replay.ts";
import { encodingOf } from "./encode.ts";
import { maxRingEvents } from "./event-ring.ts";
import { chunk, diff, MemoryLog, RecordingFollower } from "./testing.ts";
import { ThreadChannel } from "./thread-channel.ts";

const framed = encodingOf(true, []);
const plain = encodingOf(false, []);

async function follow(encoding = framed) {
  const log = new MemoryLog();
  const channel = new ThreadChannel({ threadId: "thread-1", incarnation: "db", source: log, report: () => {} });
  channel.noteHead({ headSeq: 0, logEpoch: 1 });
  const follower = new RecordingFollower();
  const subscription = channel.subscribe(encoding, follower);
  subscription.start(0);
  const commit = (...events: readonly ThreadEvent[]) => {
    log.events.push(...events);
    channel.publish(events);
  };
  const drain = () => {
    follower.isFull = false;
    subscription.goOn();
  };
  return { channel, log, follower, subscription, commit, drain };
}

const approval = { approvalId: "a", turnId: "turn", itemId: "item", at: 0 } as const;
const requested = (seq: number) => ({
  type: "approval.requested" as const,
  seq,
  ...approval,
  request: { type: "patch" as const, changes: [], reason: null, grantRoot: null },
});
const resolved = (seq: number): ThreadEvent => ({
  type: "approval.resolved",
  seq,
  ...approval,
  outcome: { type: "decided", decision: "accept" },
  actor: null,
});

test("a full client is sent nothing, and then what it missed from memory", async () => {
  for (const encoding of [framed, plain]) {
    const { follower, log, commit, drain } = await follow(encoding);
    commit(diff(1));
    follower.isFull = true;
    const before = follower.messages.length;
    for (let seq = 2; seq <= 100; seq++) commit(diff(seq));
    expect(follower.messages).toHaveLength(before);
    drain();
    const text = JSON.stringify(follower.messages);
    for (let seq = 1; seq <= 100; seq++) expect(text.split(`diff of ${seq}"`)).toHaveLength(2);
    expect(log.reads).toBe(0);
  }
});

test("a client that missed more than memory holds is served from the log", async () => {
  const { follower, log, commit, drain } = await follow();
  follower.isFull = true;
  for (let seq = 1; seq <= maxRingEvents + 10; seq++) commit(diff(seq));
  drain();
  await expect.poll(() => follower.seqs.length).toBe(maxRingEvents + 10);
  expect(log.reads).toBeGreaterThan(0);
});

test("a client that is too far behind is told to resume, and is sent nothing until it does", async () => {
  const { follower, subscription, commit, drain } = await follow();
  follower.isFull = true;
  for (let seq = 1; seq <= maxReplayEvents + 1; seq++) commit(chunk(seq, ""));
  drain();
  await expect.poll(() => follower.methods()).toEqual(["skein/thread/reset"]);
  expect(follower.messages[0]?.params).toEqual({ threadId: "thread-1", reason: "tooFarBehind" });
  commit(diff(maxReplayEvents + 2));
  expect(follower.messages).toHaveLength(1);
  subscription.hold();
  subscription.start(maxReplayEvents + 1);
  expect(follower.seqs).toEqual([maxReplayEvents + 2]);
});

test("a plain client is sent everything, however far behind it is", async () => {
  const { follower, commit, drain } = await follow(plain);
  follower.isFull = true;
  for (let seq = 1; seq <= maxReplayEvents + 1; seq++) commit(diff(seq));
  drain();
  await expect.poll(() => follower.messages.length).toBe(maxReplayEvents + 1);
  expect(follower.messages.at(-1)?.params.diff).toBe(`diff of ${maxReplayEvents + 1}`);
});

test("what is sent at a time is bounded in bytes, and a full client stops in the middle of it", async () => {
  const { follower, commit, drain } = await follow();
  follower.isFull = true;
  const text = "x".repeat(maxFrameBytes / 4);
  for (let seq = 1; seq <= 9; seq++) commit(chunk(seq, text));
  commit(chunk(10, text.repeat(5)));
  follower.room = 2;
  drain();
  expect(follower.ranges.map(({ from, to }) => [from, to])).toEqual([
    [0, 3],
    [3, 6],
  ]);
  follower.room = Number.POSITIVE_INFINITY;
  drain();
  expect(follower.seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const range of follower.ranges) {
    expect(range.events.length === 1 || JSON.stringify(range).length < maxFrameBytes + 1_000).toBe(true);
  }
});

test("only the frame that reaches the head says that it is up to date", async () => {
  const { follower, commit, drain } = await follow();
  follower.isFull = true;
  for (let seq = 1; seq <= 8; seq++) commit(chunk(seq, "x".repeat(maxFrameBytes / 4)));
  drain();
  expect(follower.ranges.map(({ upToDate }) => upToDate)).toEqual([false, false, true]);
});

test("an approval is asked behind the event that tells of it, also when that came late", async () => {
  const { follower, commit, drain } = await follow();
  commit(requested(1));
  expect([follower.seqs, follower.asked]).toEqual([[1], ["approval-a"]]);
  const late = await follow();
  late.follower.isFull = true;
  late.commit(requested(1));
  expect(late.follower.asked).toEqual([]);
  late.drain();
  expect([late.follower.seqs, late.follower.asked]).toEqual([[1], ["approval-a"]]);
  commit(resolved(2));
  expect(follower.settled).toEqual(["approval-a"]);
  drain();
});

test("a client is reminded of an approval when it has been sent what was published before, and asked once", async () => {
  const { follower, subscription, commit, drain } = await follow();
  follower.isFull = true;
  commit(requested(1), diff(2));
  const request = presentApprovalServerRequest("thread-1", requested(1));
  subscription.remind([request]);
  expect(follower.asked).toEqual([]);
  drain();
  expect([follower.seqs, follower.asked]).toEqual([[1, 2], ["approval-a"]]);
  subscription.hold();
  subscription.remind([request]);
  expect(follower.asked).toHaveLength(1);
  commit(resolved(3));
  subscription.resume();
  expect(follower.asked).toHaveLength(1);
});

test("an approval that was decided while the client did not read is not asked", async () => {
  const { follower, commit, drain } = await follow();
  follower.isFull = true;
  commit(requested(1));
  commit(resolved(2));
  drain();
  // What became of it is one entry, that its request is settled another.
  expect([follower.seqs, follower.asked]).toEqual([[1, 2, 2], []]);
});

test("a page that is read while the client is behind holds it, and it goes on from where it was", async () => {
  const { follower, subscription, commit, drain } = await follow();
  follower.isFull = true;
  commit(diff(1));
  subscription.hold();
  drain();
  expect(follower.seqs).toEqual([]);
  subscription.resume();
  expect(follower.seqs).toEqual([1]);
});

test("a stream that is over sends its followers away, those too who are about to start", async () => {
  const { channel, follower, commit } = await follow();
  commit(diff(1));
  const held = new RecordingFollower();
  const late = channel.subscribe(framed, held);
  channel.supersede("otherIncarnation");
  commit(diff(2));
  late.start(0);
  const methods = (messages: readonly { method: string }[]) => messages.map(({ method }) => method);
  expect(methods(held.messages)).toEqual(["skein/thread/reset"]);
  expect(methods(follower.messages)).toEqual(["skein/thread/events", "skein/thread/reset"]);
  expect(late.isOver).toBe(true);
});
