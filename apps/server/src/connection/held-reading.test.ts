import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HeldReading } from "./held-reading.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setUp() {
  const calls: string[] = [];
  const socket = Object.assign(new EventEmitter(), {
    pause: () => void calls.push("pause"),
    resume: () => void calls.push("resume"),
  });
  return { calls, socket, reading: new HeldReading(socket as never) };
}

test("reading stops once and goes on when the last word about it is over", () => {
  const { calls, reading } = setUp();
  expect([reading.holdFor(100), reading.holdFor(500), reading.holdFor(10)]).toEqual([true, false, false]);
  vi.advanceTimersByTime(499);
  expect(calls).toEqual(["pause"]);
  vi.advanceTimersByTime(2);
  expect(calls).toEqual(["pause", "resume"]);
  expect(reading.holdFor(1)).toBe(true);
});

test("a socket that has closed is left alone", () => {
  const { calls, socket, reading } = setUp();
  reading.holdFor(100);
  socket.emit("close");
  vi.advanceTimersByTime(1_000);
  expect(calls).toEqual(["pause"]);
  expect(vi.getTimerCount()).toBe(0);
});
