/** What a person has chosen on a card of questions, before it is sent. */
import type { RequestUserInputParams, UserAnswers } from "@skein/protocol/user-question";

export type Question = RequestUserInputParams["questions"][number];

export type Choice =
  | { readonly type: "option"; readonly index: number }
  /** In the person's own words; chosen as soon as the field for them is. */
  | { readonly type: "words"; readonly text: string };

/** By question id. */
export type Choices = ReadonlyMap<string, Choice>;

export const noChoices: Choices = new Map();

/** Only what was answered: a question without an entry is left open. */
export function deriveAnswers(questions: readonly Question[], choices: Choices): UserAnswers {
  const entries = questions.flatMap((question) => {
    const answer = answerTo(question, choices.get(question.id));
    return answer === null ? [] : [[question.id, { answers: [answer] }] satisfies [string, UserAnswers[string]]];
  });
  return Object.fromEntries(entries);
}

/** The first that has no answer yet; null: all have one. */
export function firstOpen(questions: readonly Question[], choices: Choices): Question | null {
  return questions.find((question) => answerTo(question, choices.get(question.id)) === null) ?? null;
}

function answerTo({ options }: Question, choice: Choice | undefined): string | null {
  if (choice === undefined) return null;
  if (choice.type === "option") return options?.[choice.index]?.label ?? null;
  return choice.text.trim() === "" ? null : choice.text.trim();
}
