import { Button } from "../../ui/button.tsx";
import type { UnsentQueued } from "./derive-unsent-queued.ts";
import styles from "./queue-list.module.css";

interface UnsentQueueRowProps {
  readonly message: UnsentQueued;
  readonly onRetry: () => void;
  readonly onWithdraw: (then: "edit" | "delete") => void;
}

export function UnsentQueueRow({ message: { text, state }, onRetry, onWithdraw }: UnsentQueueRowProps) {
  if (state.type !== "failed") {
    return (
      <li className={styles.row}>
        <p className={styles.text}>{text}</p>
        <span className={styles.note}>{state.type === "waiting" ? `Not queued yet: ${state.why}` : "Sending…"}</span>
      </li>
    );
  }
  return (
    <li className={styles.row}>
      <p className={styles.text}>{text}</p>
      <span className={styles.failed} role="alert">
        Not queued: {state.reason}
      </span>
      <div className={styles.actions}>
        <Button look="quiet" onClick={onRetry}>
          Retry
        </Button>
        <Button look="quiet" onClick={() => onWithdraw("edit")}>
          Edit
        </Button>
        <Button look="quiet" onClick={() => onWithdraw("delete")}>
          Delete
        </Button>
      </div>
    </li>
  );
}
