import { setImmediate as nextPhase } from "node:timers/promises";
import { expect, test } from "vitest";
import { Arrivals } from "./arrivals.ts";
import { chunk } from "./testing.ts";

function collect() {
  const taken: number[] = [];
  const arrivals = new Arrivals(({ events }) => taken.push(...events.map(({ seq }) => seq)));
  const add = (...seqs: readonly number[]) =>
    arrivals.add({ head: seqs.at(-1) ?? 0, events: seqs.map((seq) => chunk(seq)) });
  return { taken, arrivals, add };
}

test("what arrives is taken in a later phase, in its order", async () => {
  const { taken, add } = collect();
  add(1);
  add(3, 4);
  add(2);
  await Promise.resolve();
  expect(taken).toEqual([]);
  await nextPhase();
  expect(taken).toEqual([1, 3, 4, 2]);
});

test("what was published before an answer is taken before it, and the rest after", async () => {
  const { taken, arrivals, add } = collect();
  add(1);
  add(2, 3);
  add(4);
  arrivals.takeThrough(3);
  expect(taken).toEqual([1, 2, 3]);
  await nextPhase();
  expect(taken).toEqual([1, 2, 3, 4]);
});
