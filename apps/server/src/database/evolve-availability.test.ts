import { expect, test } from "vitest";
import { type AvailabilitySignal, type DatabaseStatus, evolveAvailability } from "./evolve-availability.ts";

const available: DatabaseStatus = { state: "available" };
const failed = (reason: "restarting" | "diskFull" | "readOnly"): AvailabilitySignal => ({ type: "failed", reason });
const answered: AvailabilitySignal = { type: "answered", readOnly: false };

function after(...signals: readonly (readonly [number, AvailabilitySignal])[]): DatabaseStatus {
  return signals.reduce((status, [atMs, signal]) => evolveAvailability(status, signal, atMs), available);
}

test("trouble has a beginning, and the reason that was seen last", () => {
  expect(after([10, failed("restarting")], [20, failed("diskFull")])).toEqual({
    state: "unavailable",
    reason: "diskFull",
    sinceMs: 10,
    lastFailureMs: 20,
  });
});

test("what is stored ends any trouble", () => {
  expect(after([10, failed("diskFull")], [11, { type: "stored" }])).toEqual(available);
});

test("an answer ends trouble with the connection", () => {
  expect(after([10, failed("restarting")], [11, answered])).toEqual(available);
});

test("an answer proves nothing about the disk until nothing has failed for a while", () => {
  expect(after([10, failed("diskFull")], [4_000, answered])).toMatchObject({ reason: "diskFull" });
  expect(after([10, failed("diskFull")], [4_000, failed("diskFull")], [6_000, answered])).toMatchObject({
    sinceMs: 10,
  });
  expect(after([10, failed("diskFull")], [6_000, answered])).toEqual(available);
});

test("a database that takes no writes is unavailable, however well it answers", () => {
  const standby: AvailabilitySignal = { type: "answered", readOnly: true };
  expect(after([10, standby])).toMatchObject({ state: "unavailable", reason: "readOnly" });
  expect(after([10, standby], [20, answered])).toEqual(available);
});
