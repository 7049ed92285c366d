import { expect, test } from "vitest";
import { presentPlaceholder } from "./present-placeholder.ts";

test.each([
  [null, false, true, "Reply, or ask for something else…"],
  [null, true, false, "Steer the agent…"],
  ["commandExecution", true, true, "Decline, and say what to do instead…"],
  ["commandExecution", true, false, "Steer the agent…"],
  ["questions", true, false, "Or say something else instead…"],
] as const)("asked for %s, running: %j, may answer: %j", (asked, running, mayAnswer, words) =>
  expect(presentPlaceholder(asked, running, mayAnswer)).toBe(words),
);
