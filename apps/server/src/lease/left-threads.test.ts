import { expect, test } from "vitest";
import { LeftThreads } from "./left-threads.ts";

test("a thread is left alone for a pause that doubles, and never longer than five minutes", () => {
  const left = new LeftThreads(1_000);
  let now = 0;
  const pauses = Array.from({ length: 12 }, () => {
    const { pauseMs } = left.leave("t", now);
    expect(left.at(now + pauseMs - 1)).toEqual(["t"]);
    expect(left.at(now + pauseMs)).toEqual([]);
    now += pauseMs;
    return pauseMs;
  });
  expect(pauses.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(pauses.slice(9)).toEqual([300_000, 300_000, 300_000]);
});

test("what was taken, or has been in other hands for long, begins anew", () => {
  const left = new LeftThreads(1_000);
  for (const threadId of ["taken", "elsewhere"]) {
    left.leave(threadId, 0);
    expect(left.leave(threadId, 1_000)).toEqual({ pauseMs: 2_000, times: 2 });
  }
  left.taken("taken");
  expect(left.leave("taken", 3_000)).toEqual({ pauseMs: 1_000, times: 1 });
  expect(left.leave("elsewhere", 600_000)).toEqual({ pauseMs: 1_000, times: 1 });
});
