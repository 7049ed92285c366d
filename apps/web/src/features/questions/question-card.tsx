import type { UserAnswers } from "@skein/protocol/user-question";
import type { PendingApproval } from "@skein/timeline/reduce/timeline";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { plural } from "../../lib/plural.ts";
import { useModEnter, useOnceSettled } from "../../lib/use-once-settled.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { AskedAgo } from "../../ui/asked-ago.tsx";
import { Button } from "../../ui/button.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { RequestCard } from "../../ui/request-card.tsx";
import { type Choice, deriveAnswers, firstOpen, noChoices } from "./choices.ts";
import styles from "./question-card.module.css";
import { QuestionField } from "./question-field.tsx";
import { useNumberKeys } from "./use-number-keys.ts";

type PendingQuestions = Extract<PendingApproval, { kind: "questions" }>;

interface QuestionCardProps {
  readonly asked: PendingQuestions;
  readonly sending: boolean;
  /** Why no answer can be given now; null when one can. */
  readonly blocked: string | null;
  readonly onAnswer: (answers: UserAnswers) => void;
}

/** What the agent asks. Enter goes to the next question that is open, and after the last one sends. */
export function QuestionCard({ asked, sending, blocked, onAnswer }: QuestionCardProps) {
  const { questions } = asked.params;
  const [choices, setChoices] = useState(noChoices);
  const form = useRef<HTMLFormElement>(null);
  const formId = useId();
  const disabled = sending || blocked !== null;
  const give = useOnceSettled(asked.approvalId, disabled, onAnswer);
  const open = firstOpen(questions, choices);
  const hasAnswer = Object.keys(deriveAnswers(questions, choices)).length > 0;
  const announce = useAnnounce();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per request
  useEffect(
    () => announce(`The agent asks. ${questions.map(({ question }) => question).join(" ")}`, "assertive"),
    [asked.approvalId],
  );

  const choose = (id: string, choice: Choice) => setChoices((before) => new Map(before).set(id, choice));
  const send = () => {
    if (open === null) give(deriveAnswers(questions, choices));
    else focusQuestion(form.current, questions.indexOf(open));
  };
  useModEnter(send);
  useNumberKeys(form, open === null ? 0 : questions.indexOf(open));
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  return (
    <RequestCard
      asks="question"
      title={
        questions.length === 1 ? "The agent has a question" : `The agent has ${plural(questions.length, "question")}`
      }
      facts={
        <>
          <AskedAgo atMs={asked.at} /> · the turn waits for your answer
        </>
      }
      blocked={blocked}
      buttons={
        <>
          <Button type="submit" form={formId} look="primary" disabled={disabled}>
            {sending ? "Sending answer…" : open !== null && hasAnswer ? "Next question" : "Send answer"}
            {!sending && <Kbd keys="mod+enter" />}
          </Button>
          {open !== null && (
            <Button look="quiet" disabled={disabled} onClick={() => give(deriveAnswers(questions, choices))}>
              {hasAnswer ? "Send without the rest" : "Skip"}
            </Button>
          )}
        </>
      }
    >
      <form ref={form} id={formId} className={styles.questions} onSubmit={onSubmit}>
        {questions.map((question) => (
          <QuestionField
            key={question.id}
            question={question}
            choice={choices.get(question.id)}
            disabled={disabled}
            onChoose={(choice) => choose(question.id, choice)}
          />
        ))}
      </form>
    </RequestCard>
  );
}

function focusQuestion(form: HTMLFormElement | null, index: number): void {
  const fields = form?.querySelectorAll("fieldset")[index];
  const input = fields?.querySelector<HTMLInputElement>("input:checked ~ input, input:not([type=radio]):only-of-type");
  (input ?? fields?.querySelector("input"))?.focus();
}
