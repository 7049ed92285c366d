import { Button } from "../../../ui/button.tsx";
import { classNames } from "../../../ui/class-names.ts";
import type { RowProps } from "../row.ts";
import { useTimelineActions } from "../timeline-actions.ts";
import styles from "./user-row.module.css";

export function UnsentRow({ row }: RowProps<"unsent">) {
  const { resend, withdraw } = useTimelineActions();
  const { clientId, text, state } = row.message;
  return (
    <div className={styles.line}>
      <div className={classNames(styles.bubble, state.type !== "failed" && styles.pending)}>
        <p>{text}</p>
      </div>
      {state.type !== "failed" ? (
        <div className={styles.note}>{state.type === "waiting" ? `Not sent yet: ${state.why}` : "Sending…"}</div>
      ) : (
        <div className={styles.note} role="alert">
          <span className={styles.failed}>Not sent: {state.reason}</span>
          <span className={styles.actions}>
            <Button look="quiet" onClick={() => resend(clientId)}>
              Retry
            </Button>
            <Button look="quiet" onClick={() => withdraw(clientId, "edit")}>
              Edit
            </Button>
            <Button look="quiet" onClick={() => withdraw(clientId, "delete")}>
              Delete
            </Button>
          </span>
        </div>
      )}
    </div>
  );
}
