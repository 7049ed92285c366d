import { expect, test } from "vitest";
import { Buckets } from "./buckets.ts";
import { Intake } from "./intake.ts";

const kibibyte = 1024;

function setUp(own = { burst: 100, perSecond: 10 }, tenant = { burst: 50, perSecond: 5 }) {
  const clock = { nowMs: 0 };
  const now = () => clock.nowMs;
  const tenants = new Buckets(tenant, now);
  const inbound = { burst: 100 * kibibyte, perSecond: 100 * kibibyte };
  const terms = { requests: own, inbound, malformed: { burst: 2, perSecond: 1 }, now };
  const open = (key = "a tenant") => new Intake(terms, [{ limit: "tenant", buckets: tenants, key }]);
  return { clock, open };
}

test("a request that is refused by one limit takes nothing from the others", () => {
  const { clock, open } = setUp({ burst: 10, perSecond: 1 });
  const [first, second] = [open(), open()];
  expect(first.admit(10)).toBeNull();
  for (let times = 0; times < 100; times += 1)
    expect(first.admit(10)).toEqual({ limit: "connection", retryAfterMs: 10_000 });
  // Of the tenant's fifty ten are gone, not all.
  for (let times = 0; times < 4; times += 1) expect(open().admit(10)).toBeNull();
  expect(second.admit(10)).toEqual({ limit: "tenant", retryAfterMs: 2_000 });
  clock.nowMs = 2_000;
  expect(second.admit(10)).toBeNull();
});

test("one tenant's limit is nothing to another", () => {
  const { open } = setUp();
  expect(open("one").admit(50)).toBeNull();
  expect(open("one").admit(1)).toMatchObject({ limit: "tenant" });
  expect(open("other").admit(50)).toBeNull();
});

test("what costs nothing is never refused", () => {
  const { open } = setUp();
  const intake = open();
  intake.admit(100);
  expect(intake.admit(0)).toBeNull();
});

test("bytes, small messages and refusals hold reading back for as long as they took too much", () => {
  const { open } = setUp();
  expect(open().received(99 * kibibyte)).toBe(0);
  expect(open().received(149 * kibibyte)).toBe(500);
  const small = open();
  for (let count = 0; count < 100; count += 1) expect(small.received(0)).toBe(0);
  expect(small.received(0)).toBe(10);
  const refused = open();
  expect([1, 2, 3, 4].map(() => refused.refused())).toEqual([0, 0, 0, 280]);
  // Never for longer than the whole takes to come back.
  for (let count = 0; count < 100; count += 1) refused.refused();
  expect(refused.refused()).toBe(1_000);
});

test("some messages may be malformed, and more with time", () => {
  const { clock, open } = setUp();
  const intake = open();
  expect([1, 2, 3].map(() => intake.mayBeMalformed())).toEqual([true, true, false]);
  clock.nowMs = 1_000;
  expect([1, 2].map(() => intake.mayBeMalformed())).toEqual([true, false]);
});
