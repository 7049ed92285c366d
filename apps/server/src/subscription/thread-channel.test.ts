import type { ThreadEvent } from "@skein/timeline/event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { encodingOf } from "./encode.ts";
import { ThreadChannel } from "./thread-channel.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const windowMs = 16;

/** A follower of range frames that has seen the log up to its beginning; `ranges` are the (from, to] it was sent. */
async function follow() {
  const noPages = { readAfter: () => Promise.reject(new Error("nothing has to be read")) };
  const channel = new ThreadChannel("thread-1", noPages);
  const ranges: [from: number, to: number][] = [];
  const subscription = channel.subscribe(encodingOf(true, []), {
    sendFrames: (frames) => {
      for (const frame of frames) {
        const { from, to } = JSON.parse(frame.toString()).params;
        ranges.push([from, to]);
      }
    },
    ask: () => {},
    settle: () => {},
  });
  await subscription.start(0);
  return { channel, ranges };
}

function chunk(seq: number): ThreadEvent {
  return { type: "item.chunk", seq, at: 0, turnId: "turn-1", itemId: "item-1", channel: "text", index: 0, text: "a" };
}

function warning(seq: number): ThreadEvent {
  return { type: "warning.reported", seq, at: 0, turnId: "turn-1", message: "beware" };
}

test("text goes out at once, and what follows it within the window goes out together", async () => {
  const { channel, ranges } = await follow();
  channel.publish([chunk(1)]);
  channel.publish([chunk(2)]);
  channel.publish([chunk(3)]);
  expect(ranges).toEqual([[0, 1]]);
  vi.advanceTimersByTime(windowMs);
  expect(ranges).toEqual([
    [0, 1],
    [1, 3],
  ]);
});

test("after a window in which nothing came the next text goes out at once", async () => {
  const { channel, ranges } = await follow();
  channel.publish([chunk(1)]);
  vi.advanceTimersByTime(windowMs);
  channel.publish([chunk(2)]);
  expect(ranges).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("the first text does not wait for what came before it", async () => {
  const { channel, ranges } = await follow();
  channel.publish([warning(1)]);
  channel.publish([chunk(2)]);
  expect(ranges).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test("other events wait for no window and take the waiting text along", async () => {
  const { channel, ranges } = await follow();
  channel.publish([chunk(1)]);
  channel.publish([chunk(2)]);
  channel.publish([warning(3)]);
  expect(ranges).toEqual([
    [0, 1],
    [1, 3],
  ]);
  vi.advanceTimersByTime(windowMs);
  expect(ranges).toHaveLength(2);
});
