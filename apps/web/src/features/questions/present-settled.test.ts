import type { SettledQuestions } from "@skein/protocol/user-question";
import { expect, it } from "vitest";
import { presentAnswers, presentWho } from "./present-settled.ts";

const question = { id: "q", header: "Pick", question: "Which?", isOther: true, isSecret: false, options: null };
const settled: SettledQuestions = {
  ...{ itemId: "call", questions: [question, { ...question, id: "r" }], askedAtMs: 1, settledAtMs: 2 },
  answers: { q: { answers: ["A", "B"] } },
  answeredBy: { userId: "ada", clientName: "skein_web" },
};

it("gives each question its answer, or none", () => {
  expect(presentAnswers(settled).map(({ answer }) => answer)).toEqual(["A, B", null]);
  expect(presentAnswers({ ...settled, answers: null }).map(({ answer }) => answer)).toEqual([null, null]);
});

it.each([
  [{}, "You answered"],
  [{ answers: {} }, "You skipped"],
  [{ answeredBy: { userId: "bob", clientName: "skein_web", name: "Bob" } }, "Bob answered"],
  // From before names were written down.
  [{ answeredBy: { userId: "bob", clientName: "skein_web" } }, "Another member answered"],
  [{ answeredBy: { userId: "ada", clientName: "codex-tui" } }, "You answered in codex-tui"],
  [{ answers: null }, "Not answered"],
])("says of %j: %s", (change: Partial<SettledQuestions>, words) => {
  expect(presentWho({ ...settled, ...change }, "ada")).toBe(words);
});
