import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

test("the ceiling doubles from half a second to sixteen seconds and stays there", () => {
  const almostOne = 1 - Number.EPSILON;
  const ceilings = [1, 2, 3, 4, 5, 6, 7, 60].map((attempt) => backoffMs(attempt, almostOne));
  expect(ceilings).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 16_000, 16_000]);
});

test("the jitter is full: anything from nothing to the ceiling", () => {
  expect(backoffMs(3, 0)).toBe(0);
  expect(backoffMs(3, 0.25)).toBe(500);
});
