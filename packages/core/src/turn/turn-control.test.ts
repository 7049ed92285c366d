import { expect, test } from "vitest";
import { says } from "../testing/turn-bench.ts";
import { TurnControl } from "./turn-control.ts";

test("a steer waits until the loop takes it, and learns what became of it", async () => {
  const control = new TurnControl();
  const arrivals: number[] = [];
  const early = control.steer(says("before anybody listens"));
  control.steering.listen(() => arrivals.push(1));
  const heard = control.steer(says("heard"));
  expect(arrivals).toEqual([1]);
  const [first, second] = control.steering.takeAll();
  first?.recorded();
  second?.failed(new Error("no log"));
  expect(await early).toBe(true);
  await expect(heard).rejects.toThrow("no log");
});

test("closing refuses whoever waits and whoever comes later", async () => {
  const control = new TurnControl();
  const waiting = control.steer(says("waiting"));
  control.steering.close();
  expect(await waiting).toBe(false);
  expect(await control.steer(says("late"))).toBe(false);
});

test("an interrupt is heard once and stays", () => {
  const control = new TurnControl();
  let count = 0;
  control.signal.addEventListener("abort", () => {
    count += 1;
  });
  control.interrupt();
  control.interrupt();
  expect([count, control.signal.aborted]).toEqual([1, true]);
});
