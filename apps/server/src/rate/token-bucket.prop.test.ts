import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bucket, decideSpend, decideTake, deriveBucket, isFull } from "./token-bucket.ts";

const rates = fc.record({ burst: fc.integer({ min: 1, max: 1000 }), perSecond: fc.integer({ min: 1, max: 500 }) });
const steps = fc.array(fc.record({ afterMs: fc.nat(5_000), cost: fc.integer({ min: 1, max: 50 }) }), {
  maxLength: 100,
});

test("however it is asked, no more is given in any span than the burst and what came back meanwhile", () => {
  fc.assert(
    fc.property(rates, steps, (rate, asked) => {
      let bucket: Bucket | null = null;
      let nowMs = 0;
      const given: { atMs: number; cost: number }[] = [];
      for (const { afterMs, cost } of asked) {
        nowMs += afterMs;
        const taken = decideTake(bucket, rate, cost, nowMs);
        if (taken.waitMs === 0) given.push({ atMs: nowMs, cost: Math.min(cost, rate.burst) });
        ({ bucket } = taken);
      }
      for (const [first, { atMs }] of given.entries()) {
        let sum = 0;
        for (const later of given.slice(first)) {
          sum += later.cost;
          const most = rate.burst + ((later.atMs - atMs) / 1000) * rate.perSecond;
          expect(sum).toBeLessThanOrEqual(most + 1e-3);
        }
      }
    }),
  );
});

test("what is refused takes nothing, and is given after the time that was said and not a millisecond before", () => {
  fc.assert(
    fc.property(rates, steps, fc.integer({ min: 1, max: 2000 }), (rate, spent, cost) => {
      let bucket: Bucket | null = null;
      let nowMs = 0;
      for (const step of spent) {
        nowMs += step.afterMs;
        ({ bucket } = decideSpend(bucket, rate, step.cost, nowMs));
      }
      const { bucket: after, waitMs } = decideTake(bucket, rate, cost, nowMs);
      if (waitMs === 0) return;
      expect(after).toEqual(deriveBucket(bucket, rate, nowMs));
      expect(decideTake(after, rate, cost, nowMs + waitMs).waitMs).toBe(0);
      expect(decideTake(after, rate, cost, nowMs + waitMs - 1).waitMs).toBeGreaterThan(0);
    }),
  );
});

test("a debt is never larger than the bucket, and paid when it was said to be", () => {
  fc.assert(
    fc.property(rates, fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1 }), (rate, costs) => {
      let last = { bucket: null as Bucket | null, waitMs: 0 };
      for (const cost of costs) last = decideSpend(last.bucket, rate, cost, 0);
      expect(last.bucket?.left).toBeGreaterThanOrEqual(-rate.burst);
      expect(deriveBucket(last.bucket, rate, last.waitMs).left).toBeGreaterThanOrEqual(-1e-6);
      const fullMs = ((2 * rate.burst) / rate.perSecond) * 1000 + 1;
      expect(last.bucket !== null && isFull(last.bucket, rate, fullMs)).toBe(true);
    }),
  );
});

test("a clock that stands still or goes back gives nothing", () => {
  const rate = { burst: 2, perSecond: 100 };
  const { bucket } = decideTake(null, rate, 2, 1_000);
  expect(deriveBucket(bucket, rate, 0)).toEqual({ left: 0, atMs: 1_000 });
});
