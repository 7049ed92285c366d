import { CircleAlert } from "lucide-react";
import { Button } from "../../../ui/button.tsx";
import { presentTimes, presentTurnError } from "../present-turn-error.ts";
import type { RowProps } from "../row.ts";
import { useTimelineActions } from "../timeline-actions.ts";
import styles from "./card.module.css";

export function ErrorRow({ row }: RowProps<"error">) {
  const { retryTurn } = useTimelineActions();
  const { title, advice } = presentTurnError(row.error);
  const { message, additionalDetails } = row.error;
  return (
    <section className={styles.errorCard} aria-label="Error">
      <p className={styles.errorTitle}>
        <CircleAlert size={16} aria-hidden="true" />
        {title}
      </p>
      <p className={styles.errorText}>{presentTimes(message)}</p>
      {additionalDetails && (
        <details className={styles.details}>
          <summary>Details</summary>
          <pre>{additionalDetails}</pre>
        </details>
      )}
      {retryTurn !== null && (
        <>
          <p className={styles.errorKept}>{advice} What was done before the failure is kept, here and in the files.</p>
          <div className={styles.errorActions}>
            <Button onClick={() => retryTurn(row.turnId)}>Retry</Button>
          </div>
        </>
      )}
    </section>
  );
}
