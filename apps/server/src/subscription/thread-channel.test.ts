import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { encodingOf } from "./encode.ts";
import { chunk, diff, MemoryLog, RecordingFollower } from "./testing.ts";
import { ThreadChannel } from "./thread-channel.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const windowMs = 16;
const framed = encodingOf(true, []);

/** A follower of range frames that has seen the log up to its beginning; `ranges` are the (from, to] it was sent. */
async function follow(log = new MemoryLog()) {
  const channel = new ThreadChannel({ threadId: "thread-1", incarnation: "db", source: log, report: () => {} });
  channel.noteHead({ headSeq: 0, logEpoch: 1 });
  const follower = new RecordingFollower();
  const subscription = channel.subscribe(framed, follower);
  subscription.start(0);
  return {
    ...{ channel, log, follower, subscription },
    get ranges() {
      return follower.ranges.map(({ from, to }) => [from, to]);
    },
  };
}

test("text goes out at once, and what follows it within the window goes out together", async () => {
  const followed = await follow();
  const { channel } = followed;
  channel.publish([chunk(1)]);
  channel.publish([chunk(2)]);
  channel.publish([chunk(3)]);
  expect(followed.ranges).toEqual([[0, 1]]);
  vi.advanceTimersByTime(windowMs);
  expect(followed.ranges).toEqual([
    [0, 1],
    [1, 3],
  ]);
});

test("after a window in which nothing came the next text goes out at once", async () => {
  const followed = await follow();
  const { channel } = followed;
  channel.publish([chunk(1)]);
  vi.advanceTimersByTime(windowMs);
  channel.publish([chunk(2)]);
  expect(followed.ranges).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("the first text does not wait for what came before it", async () => {
  const followed = await follow();
  const { channel } = followed;
  channel.publish([diff(1)]);
  channel.publish([chunk(2)]);
  expect(followed.ranges).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("other events wait for no window and take the waiting text along", async () => {
  const followed = await follow();
  const { channel } = followed;
  channel.publish([chunk(1)]);
  channel.publish([chunk(2)]);
  channel.publish([diff(3)]);
  expect(followed.ranges).toEqual([
    [0, 1],
    [1, 3],
  ]);
  vi.advanceTimersByTime(windowMs);
  expect(followed.ranges).toHaveLength(2);
});

test("what is missing is read from the log, once for all, and what came before is not sent again", async () => {
  const log = new MemoryLog([chunk(1), chunk(2), diff(3), chunk(4)]);
  const { channel, follower } = await follow(log);
  const others = [new RecordingFollower(), new RecordingFollower()];
  for (const other of others) channel.subscribe(framed, other).start(0);
  channel.publish([chunk(1)]);
  channel.publish([chunk(1), chunk(4)]);
  await vi.advanceTimersByTimeAsync(windowMs);
  for (const { seqs } of [follower, ...others]) expect(seqs).toEqual([1, 2, 3, 4]);
  expect(log.reads).toBe(1);
  channel.publish([chunk(2), diff(3)]);
  expect(follower.seqs).toEqual([1, 2, 3, 4]);
});

test("a head that nobody publishes is read; one whose events are only on their way is not", async () => {
  const { channel, log, follower } = await follow();
  log.events.push(diff(1));
  channel.noteHead({ headSeq: 1, logEpoch: 1 });
  channel.publish([diff(1)]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(log.reads).toBe(0);
  log.events.push(diff(2));
  channel.noteHead({ headSeq: 2, logEpoch: 1 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(follower.seqs).toEqual([1, 2]);
});

test("a log that could not be read is read when it is there again", async () => {
  const { channel, log, follower } = await follow();
  log.events.push(diff(1), diff(2));
  log.isDown = true;
  channel.publish([diff(2)]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(follower.seqs).toEqual([]);
  log.isDown = false;
  channel.retry();
  await vi.advanceTimersByTimeAsync(0);
  expect(follower.seqs).toEqual([1, 2]);
});

test("every frame carries the cursor of its end", async () => {
  const { channel, follower } = await follow();
  channel.publish([diff(1), chunk(2)]);
  channel.publish([diff(3)]);
  expect(follower.ranges.map(({ cursor }) => cursor)).toEqual(["db.1.2", "db.1.3"]);
});

test("what arrives while it is being read from the log as well is published once", async () => {
  const events = [chunk(1), chunk(2), chunk(3)] as const;
  const { channel, follower } = await follow(new MemoryLog([...events]));
  channel.publish([events[2]]);
  // The read for the hole is under way when what was missing comes after all.
  channel.publish([events[0]]);
  channel.publish([events[1]]);
  await vi.advanceTimersByTimeAsync(windowMs);
  expect(follower.seqs).toEqual([1, 2, 3]);
  const late = new RecordingFollower();
  channel.subscribe(framed, late).start(0);
  expect(late.seqs).toEqual([1, 2, 3]);
});
