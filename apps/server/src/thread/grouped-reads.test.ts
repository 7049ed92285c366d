import { expect, test, vi } from "vitest";
import { GroupedReads } from "./grouped-reads.ts";

/** Reads that end when they are told to, and give the number of the read. */
function heldReads() {
  const begun: PromiseWithResolvers<void>[] = [];
  const read = async () => {
    const number = begun.length;
    const held = Promise.withResolvers<void>();
    begun.push(held);
    await held.promise;
    return number;
  };
  return { begun, read };
}

test("one alone is read for at once; who asks meanwhile shares one read that begins later", async () => {
  const reads = new GroupedReads<number>();
  const { begun, read } = heldReads();
  const first = reads.read("a", read);
  const crowd = Array.from({ length: 5 }, () => reads.read("a", read));
  expect(begun).toHaveLength(1);
  begun[0]?.resolve();
  expect(await first).toBe(0);
  await vi.waitUntil(() => begun.length === 2);
  const late = reads.read("a", read);
  begun[1]?.resolve();
  expect(await Promise.all(crowd)).toEqual([1, 1, 1, 1, 1]);
  await vi.waitUntil(() => begun.length === 3);
  begun[2]?.resolve();
  expect(await late).toBe(2);
  expect(begun).toHaveLength(3);
});

test("another key waits for nobody", async () => {
  const reads = new GroupedReads<number>();
  const { begun, read } = heldReads();
  const both = [reads.read("a", read), reads.read("b", read)];
  expect(begun).toHaveLength(2);
  for (const { resolve } of begun) resolve();
  expect(await Promise.all(both)).toEqual([0, 1]);
});

test("a failure reaches those who shared it, and nobody else", async () => {
  const reads = new GroupedReads<string>();
  const failing = Promise.withResolvers<string>();
  const first = reads.read("a", () => failing.promise);
  const shared = reads.read("a", async () => "well");
  failing.reject(new Error("the database is away"));
  await expect(first).rejects.toThrow("the database is away");
  expect(await shared).toBe("well");
  const broken = () => Promise.reject(new Error("still away"));
  await expect(reads.read("a", broken)).rejects.toThrow("still away");
  expect(await reads.read("a", async () => "again")).toBe("again");
});
