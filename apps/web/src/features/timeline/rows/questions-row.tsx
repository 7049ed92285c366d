import { MessageCircleQuestion } from "lucide-react";
import { useSession } from "../../../session/session-context.ts";
import { presentAnswers, presentWho } from "../../questions/present-settled.ts";
import type { RowProps } from "../row.ts";
import styles from "./questions-row.module.css";

export function QuestionsRow({ row }: RowProps<"questions">) {
  const { userId } = useSession();
  return (
    <section className={styles.card} aria-label="Questions of the agent">
      <p className={styles.who}>
        <MessageCircleQuestion size={14} aria-hidden="true" />
        {presentWho(row.settled, userId)}
      </p>
      <dl className={styles.list}>
        {presentAnswers(row.settled).map(({ question, answer }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: settled questions do not change
          <div key={at}>
            <dt className={styles.question}>{question}</dt>
            <dd className={answer === null ? styles.open : styles.answer}>{answer ?? "No answer"}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
