import { expect, test } from "vitest";
import { Buckets } from "./buckets.ts";

function setUp(maxKept?: number) {
  const clock = { nowMs: 0 };
  const buckets = new Buckets({ burst: 2, perSecond: 1 }, () => clock.nowMs, maxKept);
  return { clock, buckets };
}

test("each key has a bucket of its own", () => {
  const { buckets } = setUp();
  expect([1, 2, 3].map(() => buckets.take("one", 1))).toEqual([0, 0, 1_000]);
  expect(buckets.take("other", 2)).toBe(0);
});

test("asking how long takes nothing, and what is refused neither", () => {
  const { clock, buckets } = setUp();
  expect([buckets.waitMs("one", 2), buckets.waitMs("one", 2)]).toEqual([0, 0]);
  buckets.take("one", 2);
  for (let tries = 0; tries < 10; tries += 1) expect(buckets.take("one", 1)).toBe(1_000);
  clock.nowMs = 1_000;
  expect(buckets.take("one", 1)).toBe(0);
});

test("who has not come for long is forgotten, without anybody looking", () => {
  const { clock, buckets } = setUp();
  for (let key = 0; key < 1_000; key += 1) buckets.take(`address ${key}`, 1);
  expect(buckets.size).toBe(1_000);
  clock.nowMs = 10_000;
  for (let times = 0; times < 600; times += 1) buckets.spend("the only one left", 0.001);
  expect(buckets.size).toBe(1);
});

test("however many come, no more are kept than may be, and those who came last are", () => {
  const { buckets } = setUp(100);
  for (let key = 0; key < 10_000; key += 1) {
    buckets.take(`address ${key}`, 2);
    expect(buckets.size).toBeLessThanOrEqual(100);
  }
  expect(buckets.take("address 9999", 1)).toBe(1_000);
  expect(buckets.take("address 9900", 1)).toBe(1_000);
});

test("without a limit nothing is kept and everything is given", () => {
  const buckets = new Buckets(null, () => 0);
  expect(buckets.take("one", 1e9)).toBe(0);
  buckets.spend("one", 1e9);
  expect(buckets.waitMs("one", 1e9)).toBe(0);
  expect(buckets.size).toBe(0);
});
