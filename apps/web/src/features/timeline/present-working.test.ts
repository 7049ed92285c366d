import { expect, test } from "vitest";
import { presentWorking } from "./present-working.ts";

const row = { kind: "working", key: "w", startedAtMs: null, notice: null, waitsFor: null, awayRunner: null } as const;

test.each([
  [row, true, "Working"],
  [row, false, "Was working when last seen"],
  [{ ...row, awayRunner: "build" }, true, "Waiting for the runner build"],
  [{ ...row, awayRunner: "build" }, false, "Was waiting for the runner build when last seen"],
  [{ ...row, awayRunner: "build", waitsFor: "answer" as const }, true, "Waiting for your answer"],
])("%j, live: %j", (working, live, words) => expect(presentWorking(working, live)).toBe(words));
