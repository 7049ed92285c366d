import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Sql } from "../database/pools.ts";
import { LeaseKeeper } from "./lease-keeper.ts";

const leaseSeconds = 10;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A keeper of one thread; `answer` is what the database says to a renewal. */
function keepOne(answer: () => Promise<{ id: string; renewed: boolean }[]>) {
  const lost: string[] = [];
  const held = [{ threadId: "thread", fence: 1n }];
  const keeper = new LeaseKeeper(
    { log: (() => answer()) as unknown as Sql, nodeId: "node", leaseSeconds },
    {
      held: () => held.filter(({ threadId }) => !lost.includes(threadId)),
      lost: (threadIds) => lost.push(...threadIds),
      renewed: () => {},
    },
  );
  keeper.proved("thread", performance.now());
  return { keeper, lost, held };
}

test("a lease that is renewed is held for ever", async () => {
  const { keeper, lost } = keepOne(async () => [{ id: "thread", renewed: true }]);
  for (let second = 0; second < 60; second++) {
    await vi.advanceTimersByTimeAsync(1000);
    expect(keeper.holds("thread")).toBe(true);
  }
  expect(lost).toEqual([]);
  keeper.stop();
});

test.each([
  ["fails", () => Promise.reject(new Error("away"))],
  ["hangs", () => new Promise<never>(() => {})],
])("a thread whose renewal %s is given up before its lease ends", async (_, answer) => {
  const { keeper, lost } = keepOne(answer);
  await vi.advanceTimersByTimeAsync(7_900);
  expect(lost).toEqual([]);
  await vi.advanceTimersByTimeAsync(700);
  expect(lost).toEqual(["thread"]);
  keeper.stop();
});

test("a thread whose row somebody holds is no loss, and is renewed when the row is free", async () => {
  let isLocked = true;
  const { keeper, lost } = keepOne(async () => [{ id: "thread", renewed: !isLocked }]);
  await vi.advanceTimersByTimeAsync(7_000);
  isLocked = false;
  await vi.advanceTimersByTimeAsync(500);
  isLocked = true;
  // The next time it is asked for at a third of the lease, in vain.
  await vi.advanceTimersByTimeAsync(7_000);
  expect(lost).toEqual([]);
  expect(keeper.holds("thread")).toBe(true);
  keeper.stop();
});

test("a thread whose row is held for longer than its lease is given up, as any other that is not renewed", async () => {
  const { keeper, lost } = keepOne(async () => [{ id: "thread", renewed: false }]);
  await vi.advanceTimersByTimeAsync(7_900);
  expect(lost).toEqual([]);
  await vi.advanceTimersByTimeAsync(700);
  expect(lost).toEqual(["thread"]);
  keeper.stop();
});

test("a thread that another node has claimed is lost at once", async () => {
  const { keeper, lost } = keepOne(async () => []);
  await keeper.renew();
  expect(lost).toEqual(["thread"]);
  expect(keeper.holds("thread")).toBe(false);
  keeper.stop();
});

test("a process that stood still holds nothing, before any timer of its own has run", () => {
  const { keeper } = keepOne(async () => [{ id: "thread", renewed: true }]);
  // The clock goes on, the event loop does not.
  vi.spyOn(performance, "now").mockReturnValue(performance.now() + 12_000);
  expect(keeper.holds("thread")).toBe(false);
  vi.restoreAllMocks();
  keeper.stop();
});

test("a thread that was never claimed is not held", () => {
  const { keeper } = keepOne(async () => []);
  expect(keeper.holds("another")).toBe(false);
  keeper.stop();
});

test("an answer that comes late says nothing of a thread that was claimed anew meanwhile", async () => {
  const answer = Promise.withResolvers<{ id: string; renewed: boolean }[]>();
  const { keeper, lost, held } = keepOne(() => answer.promise);
  const renewal = keeper.renew();
  held[0] = { threadId: "thread", fence: 2n };
  keeper.proved("thread", performance.now());
  answer.resolve([]);
  await renewal;
  expect(lost).toEqual([]);
  expect(keeper.holds("thread")).toBe(true);
  keeper.stop();
});

test("an answer that comes late proves nothing of a thread that was let go meanwhile", async () => {
  const answer = Promise.withResolvers<{ id: string; renewed: boolean }[]>();
  const { keeper, held } = keepOne(() => answer.promise);
  const renewal = keeper.renew();
  held.pop();
  keeper.released("thread");
  answer.resolve([{ id: "thread", renewed: true }]);
  await renewal;
  expect(keeper.holds("thread")).toBe(false);
  keeper.stop();
});
