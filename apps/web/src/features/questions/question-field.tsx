import { useId, useRef } from "react";
import { classNames } from "../../ui/class-names.ts";
import { Kbd } from "../../ui/kbd.tsx";
import type { Choice, Question } from "./choices.ts";
import styles from "./question-card.module.css";

interface QuestionFieldProps {
  readonly question: Question;
  readonly choice: Choice | undefined;
  readonly disabled: boolean;
  readonly onChoose: (choice: Choice) => void;
}

/** One question: options to choose from and a field for words of one's own. */
export function QuestionField({ question, choice, disabled, onChoose }: QuestionFieldProps) {
  const { header, options, isOther } = question;
  const choices = options ?? [];
  const takesWords = isOther || choices.length === 0;
  return (
    <fieldset className={styles.question} disabled={disabled}>
      <legend className={styles.asked}>
        {header !== "" && (
          <>
            <span className={styles.header}>{header}</span>{" "}
          </>
        )}
        {question.question}
      </legend>
      {choices.map(({ label, description }, index) => (
        <Option
          // biome-ignore lint/suspicious/noArrayIndexKey: the options of a question do not change
          key={index}
          name={question.id}
          label={label}
          description={description}
          number={index + 1}
          chosen={choice?.type === "option" && choice.index === index}
          onChoose={() => onChoose({ type: "option", index })}
        />
      ))}
      {takesWords && (
        <OwnWords
          question={question}
          number={choices.length === 0 ? null : choices.length + 1}
          choice={choice}
          onChoose={onChoose}
        />
      )}
    </fieldset>
  );
}

interface OptionProps {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly number: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Option({ name, label, description, number, chosen, onChoose }: OptionProps) {
  const id = useId();
  return (
    <label className={classNames(styles.option, chosen && styles.chosen)}>
      <input
        type="radio"
        name={name}
        checked={chosen}
        onChange={onChoose}
        aria-labelledby={`${id}-label`}
        aria-describedby={description === "" ? undefined : `${id}-description`}
      />
      <span className={styles.words}>
        <span id={`${id}-label`} className={styles.label}>
          {label}
        </span>
        {description !== "" && (
          <span id={`${id}-description`} className={styles.description}>
            {description}
          </span>
        )}
      </span>
      <Kbd keys={String(number)} />
    </label>
  );
}

interface OwnWordsProps {
  readonly question: Question;
  /** Among the options; null where there are none. */
  readonly number: number | null;
  readonly choice: Choice | undefined;
  readonly onChoose: (choice: Choice) => void;
}

function OwnWords({ question, number, choice, onChoose }: OwnWordsProps) {
  const field = useRef<HTMLInputElement>(null);
  const chosen = choice?.type === "words";
  const text = chosen ? choice.text : "";
  const input = (
    <input
      ref={field}
      type="text"
      className={styles.field}
      aria-label={number === null ? question.question : "Another answer"}
      placeholder={number === null ? "Your answer" : "Another answer…"}
      autoComplete="off"
      value={text}
      onChange={(event) => onChoose({ type: "words", text: event.target.value })}
    />
  );
  if (number === null) return input;
  return (
    <div className={classNames(styles.option, chosen && styles.chosen)}>
      <input
        type="radio"
        name={question.id}
        checked={chosen}
        aria-label="Another answer, in your own words"
        onChange={() => onChoose({ type: "words", text })}
        // Pressed rather than reached by arrows, which pass through: then the words follow.
        onClick={(event) => event.detail !== 0 && field.current?.focus()}
      />
      {input}
      <Kbd keys={String(number)} />
    </div>
  );
}
