import { expect, it } from "vitest";
import { outcomeOfAnswer } from "./outcome-of-answer.ts";

const patch = { type: "patch", changes: [], reason: null, grantRoot: null } as const;
const asked = { id: "q1", header: "Pick", question: "Which?", options: null };

it("takes answers to what was asked, and only those", () => {
  const result = { answers: { q1: { answers: ["A"] }, q2: { answers: ["B"] } } };
  const questions = { type: "questions", questions: [asked] } as const;
  const answered = outcomeOfAnswer({ kind: "response", id: "a", result }, questions);
  expect(answered).toEqual({ type: "answered", answers: { q1: ["A"] } });
  const decided = outcomeOfAnswer({ kind: "response", id: "a", result: { decision: "accept" } }, questions);
  expect(decided).toMatchObject({ type: "failed", message: expect.stringContaining("holds no answers") });
});

it.each(["accept", "acceptForSession", "decline", "cancel"])("understands %s", (decision) => {
  expect(outcomeOfAnswer({ kind: "response", id: "a", result: { decision } }, patch)).toEqual({
    type: "decided",
    decision,
  });
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
  expect(outcomeOfAnswer(answer, patch)).toMatchObject({ type: "failed", message: expect.stringContaining(words) });
});
