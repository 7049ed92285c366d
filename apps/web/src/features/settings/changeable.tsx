import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorLine } from "./error-line.tsx";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

interface ChangeableProps {
  readonly label: string;
  readonly value: string;
  /** Of the button that opens the form. */
  readonly change?: string;
  readonly save: string;
  readonly look?: "primary" | "danger";
  /** What is said when it is done; empty: nothing. */
  readonly done?: string;
  readonly onOpen?: () => void;
  /** Sends it; the form closes when it is done. */
  readonly onSave: () => Promise<unknown>;
  /** What was typed is not kept. */
  readonly onClose: () => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** One line of what somebody is, and the form that opens in its place. */
export function Changeable(props: ChangeableProps) {
  const {
    label,
    value,
    change = "Change",
    save,
    look = "primary",
    done = "",
    onOpen,
    onSave,
    onClose,
    children,
  } = props;
  const [open, setOpen] = useState(false);
  const [isDone, setIsDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const { error, attempt } = useAttempts();
  const show = () => {
    onOpen?.();
    setOpen(true);
  };
  const close = () => {
    setOpen(false);
    onClose();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await attempt(
      onSave().then(() => {
        setIsDone(true);
        close();
      }),
    );
    setBusy(false);
  };
  if (!open) {
    return (
      <div className={styles.line}>
        <span className={styles.lineName}>{label}</span>
        <span className={styles.note} role={isDone && done !== "" ? "status" : undefined}>
          {isDone && done !== "" ? done : value}
        </span>
        <Button look="quiet" aria-label={`${change} ${label.toLowerCase()}`} onClick={show}>
          {change}
        </Button>
      </div>
    );
  }
  return (
    <form className={styles.opened} aria-label={label} onSubmit={(event) => void submit(event)}>
      <span className={styles.lineName}>{label}</span>
      {children}
      <ErrorLine error={error} />
      <div className={styles.row}>
        <Button type="submit" look={look} disabled={busy}>
          {busy ? "One moment…" : save}
        </Button>
        <Button look="quiet" onClick={close}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
