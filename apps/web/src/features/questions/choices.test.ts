import { expect, it } from "vitest";
import { type Choices, deriveAnswers, firstOpen, noChoices } from "./choices.ts";

const ask = { isOther: true, isSecret: false, header: "", question: "?" };
const which = {
  ...ask,
  id: "which",
  options: [
    { label: "A", description: "" },
    { label: "B", description: "" },
  ],
};
const why = { ...ask, id: "why", options: null };
const questions = [which, why];

it("answers with the label that was chosen, or with the words that were typed", () => {
  const choices: Choices = new Map([
    ["which", { type: "option", index: 1 }],
    ["why", { type: "words", text: " It is free.\n" }],
  ]);
  expect(deriveAnswers(questions, choices)).toEqual({ which: { answers: ["B"] }, why: { answers: ["It is free."] } });
  expect(firstOpen(questions, choices)).toBeNull();
});

it("leaves out what was not answered, empty words included", () => {
  expect(deriveAnswers(questions, noChoices)).toEqual({});
  const choices: Choices = new Map([["which", { type: "words", text: "  " }]]);
  expect(deriveAnswers(questions, choices)).toEqual({});
  expect(firstOpen(questions, choices)).toBe(which);
  expect(firstOpen(questions, new Map([["which", { type: "option", index: 0 }]]))).toBe(why);
});
