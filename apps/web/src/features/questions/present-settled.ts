import type { SettledQuestions } from "@skein/protocol/user-question";
import { clientName } from "../../session/client-name.ts";

export interface PresentedAnswer {
  readonly question: string;
  readonly header: string;
  /** null: it was left open. */
  readonly answer: string | null;
}

/** What was asked and what was said to it, in the order of the questions. */
export function presentAnswers({ questions, answers }: SettledQuestions): readonly PresentedAnswer[] {
  return questions.map(({ id, question, header }) => {
    const given = answers !== null && Object.hasOwn(answers, id) ? answers[id]?.answers.join(", ") : undefined;
    return { question, header, answer: given === undefined || given === "" ? null : given };
  });
}

/** Who answered, and by which program where it was not this one. `userId`: of the reader. */
export function presentWho({ answers, answeredBy }: SettledQuestions, userId: string): string {
  if (answers === null || answeredBy === null) return "Not answered";
  const who = answeredBy.userId === userId ? "You" : (answeredBy.name ?? "Another member");
  const did = Object.keys(answers).length === 0 ? "skipped" : "answered";
  const where =
    answeredBy.clientName === clientName || answeredBy.clientName === "" ? "" : ` in ${answeredBy.clientName}`;
  return `${who} ${did}${where}`;
}
