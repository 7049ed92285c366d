import { FakeClock } from "@skein/core/testing/fake-clock";
import { expect, test } from "vitest";
import { Maintenance, type MaintenanceJob } from "./maintenance.ts";

const everyMs = 60_000;
const [leastMs, mostMs] = [everyMs * 0.75, everyMs * 1.25];

function open(...jobs: readonly MaintenanceJob[]) {
  const clock = new FakeClock();
  const failures: string[] = [];
  const maintenance = new Maintenance(jobs, {
    clock,
    failed: (job, reason) => failures.push(`${job}: ${(reason as Error).message}`),
  });
  /** Lets the next pause pass; resolves when the pause after it has begun. */
  const pass = async () => {
    clock.advance(await clock.untilSleeping(leastMs, mostMs));
    await clock.untilSleeping(leastMs, mostMs);
  };
  return { clock, failures, maintenance, pass };
}

test("a job waits before its first step and goes on while a step leaves something", async () => {
  const left = [true, true, false, true, false];
  let steps = 0;
  const { maintenance, pass } = open({ name: "sweep", everyMs, run: async () => left[steps++] ?? false });
  expect(steps).toBe(0);
  await pass();
  expect(steps).toBe(3);
  await pass();
  expect(steps).toBe(5);
  await maintenance.stop();
});

test("a step that fails is reported and does not end its job", async () => {
  let steps = 0;
  const run = async () => {
    steps += 1;
    if (steps === 1) throw new Error("away");
    return false;
  };
  const { maintenance, failures, pass } = open({ name: "sweep", everyMs, run });
  await pass();
  await pass();
  expect(failures).toEqual(["sweep: away"]);
  expect(steps).toBe(2);
  await maintenance.stop();
});

test("stopping waits for the step that runs and starts no other", async () => {
  const entered = Promise.withResolvers<void>();
  const step = Promise.withResolvers<boolean>();
  let steps = 0;
  const run = () => {
    steps += 1;
    entered.resolve();
    return step.promise;
  };
  const { clock, maintenance } = open({ name: "sweep", everyMs, run });
  clock.advance(await clock.untilSleeping(leastMs, mostMs));
  await entered.promise;
  let stopped = false;
  const stopping = maintenance.stop().then(() => {
    stopped = true;
  });
  await Promise.resolve();
  expect(stopped).toBe(false);
  step.resolve(true);
  await stopping;
  expect(steps).toBe(1);
});
