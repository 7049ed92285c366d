import { expect, test } from "vitest";
import { presentWorking } from "./present-working.ts";

const row = {
  kind: "working",
  key: "w",
  startedAtMs: null,
  notice: null,
  waitsFor: null,
  awayRunner: null,
  turnId: "t",
} as const;

test.each([
  [row, true, "Working"],
  [row, false, "Was working when last seen"],
  [{ ...row, awayRunner: "build" }, true, "Waiting for the runner build"],
  [{ ...row, awayRunner: "build" }, false, "Was waiting for the runner build when last seen"],
  [{ ...row, awayRunner: "build", waitsFor: "answer" as const }, true, "Waiting for your answer"],
])("%j, live: %j", (working, live, words) => expect(presentWorking(working, live, null)).toBe(words));

test.each([
  [0, true, "Waiting for its turn: it is the next one"],
  [3, true, "Waiting for its turn: 3 before it"],
  [3, false, "Was working when last seen"],
])("with %d before it, live: %j", (ahead, live, words) => expect(presentWorking(row, live, ahead)).toBe(words));
