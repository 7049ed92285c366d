import { expect, it } from "vitest";
import { outcomeOfAnswer } from "./outcome-of-answer.ts";

it.each(["accept", "acceptForSession", "decline", "cancel"])("understands %s", (decision) => {
  expect(outcomeOfAnswer({ kind: "response", id: "a", result: { decision } })).toEqual({ type: "decided", decision });
});

it.each([
  [{ kind: "failure", id: "a", error: { code: -32000, message: "window closed" } }, "window closed"],
  [{ kind: "response", id: "a", result: null }, "holds no decision"],
  [{ kind: "response", id: "a", result: { decision: "sure" } }, "holds no decision"],
  [
    {
      kind: "response",
      id: "a",
      result: { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: [] } } },
    },
    "was not offered",
  ],
] as const)("takes no consent from %j", (answer, words) => {
  expect(outcomeOfAnswer(answer)).toMatchObject({ type: "failed", message: expect.stringContaining(words) });
});
