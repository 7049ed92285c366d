import { type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";
import styles from "./request-card.module.css";

interface RequestCardProps {
  readonly asks: "decision" | "question";
  readonly title: ReactNode;
  readonly facts: ReactNode;
  /** Why no answer can be given now; null when one can. */
  readonly blocked: string | null;
  /** The first is the one that most people want; on a phone it has a line of its own. */
  readonly buttons: ReactNode;
  /** What stands below the buttons. */
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

/** What the agent wants of a person before it goes on. */
export function RequestCard({ asks, title, facts, blocked, buttons, foot, children }: RequestCardProps) {
  const titleId = useId();
  return (
    <section className={classNames(styles.card, styles[asks])} aria-labelledby={titleId}>
      <header>
        <h2 id={titleId} className={styles.title}>
          {title}
        </h2>
        <p className={styles.facts}>{facts}</p>
      </header>
      {children}
      {blocked !== null && (
        <p className={styles.problem} role="alert">
          {blocked}
        </p>
      )}
      <div className={styles.buttons}>{buttons}</div>
      {foot}
    </section>
  );
}
