import { setImmediate as nextPhase } from "node:timers/promises";
import { expect, test } from "vitest";
import { inSlices } from "./in-slices.ts";

test("gives what each gave, in order", async () => {
  expect(await inSlices([1, 2, 3], (one) => one * 2)).toEqual([2, 4, 6]);
  expect(await inSlices([], () => 1)).toEqual([]);
});

test("lets others go first between long pieces", async () => {
  const order: string[] = [];
  const busy = (name: string) => {
    order.push(name);
    for (const until = performance.now() + 15; performance.now() < until; );
  };
  const others = nextPhase().then(() => order.push("another"));
  await inSlices(["first", "second", "third"], busy);
  await others;
  expect(order.indexOf("another")).toBe(1);
});
