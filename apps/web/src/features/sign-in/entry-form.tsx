import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { EntryScreen } from "./entry-screen.tsx";
import styles from "./sign-in-screen.module.css";

interface EntryFormProps {
  readonly title: string;
  readonly intro?: ReactNode;
  /** What is wrong; takes the focus when it changes. */
  readonly problem: string | null;
  readonly submitLabel: string;
  readonly busy: boolean;
  readonly onSubmit: () => void;
  /** The fields. */
  readonly children: ReactNode;
  /** Other ways in. */
  readonly foot?: ReactNode;
}

/** One column, one form, one button: every screen by which people come in. */
export function EntryForm({ title, intro, problem, submitLabel, busy, onSubmit, children, foot }: EntryFormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onSubmit();
  };
  return (
    <EntryScreen title={title} intro={intro}>
      <form className={styles.form} onSubmit={submit}>
        <Problem words={problem} />
        {children}
        <Button type="submit" look="primary" aria-disabled={busy}>
          {busy ? "One moment…" : submitLabel}
        </Button>
      </form>
      {foot}
    </EntryScreen>
  );
}

function Problem({ words }: { readonly words: string | null }) {
  const box = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (words !== null) box.current?.focus();
  }, [words]);
  if (words === null) return null;
  return (
    <p ref={box} className={styles.problem} role="alert" tabIndex={-1}>
      {words}
    </p>
  );
}
