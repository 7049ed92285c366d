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

const seen = { live: true, ahead: null, mayAnswer: true };

test.each([
  [row, true, "Working"],
  [row, false, "Was working when last seen"],
  [{ ...row, awayRunner: "build" }, true, "Waiting for the runner build"],
  [{ ...row, awayRunner: "build" }, false, "Was waiting for the runner build when last seen"],
  [{ ...row, awayRunner: "build", waitsFor: "answer" as const }, true, "Waiting for your answer"],
])("%j, live: %j", (working, live, words) => expect(presentWorking(working, { ...seen, live })).toBe(words));

test.each([
  [0, true, "Waiting for its turn: it is the next one"],
  [3, true, "Waiting for its turn: 3 before it"],
  [3, false, "Was working when last seen"],
])("with %d before it, live: %j", (ahead, live, words) =>
  expect(presentWorking(row, { ...seen, live, ahead })).toBe(words),
);

test.each([
  ["approval", true, "Waiting for your approval"],
  ["approval", false, "Waiting for approval"],
  ["answer", true, "Waiting for your answer"],
  ["answer", false, "Waiting for an answer"],
] as const)("what waits for an %s is the reader's only where they may give it: %j", (waitsFor, mayAnswer, words) =>
  expect(presentWorking({ ...row, waitsFor }, { ...seen, mayAnswer })).toBe(words),
);
