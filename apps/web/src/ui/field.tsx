import { type ComponentProps, useId } from "react";
import { classNames } from "./class-names.ts";
import styles from "./field.module.css";

interface FieldProps extends ComponentProps<"input"> {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with the value; read with the field. */
  readonly error?: string | null;
  readonly mono?: boolean;
}

export function Field({ label, hint, error = null, mono = false, ...props }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={classNames(styles.input, mono && styles.mono)}
        aria-invalid={error !== null}
        aria-describedby={note ? `${id}-note` : undefined}
        {...props}
      />
      {note && (
        <p id={`${id}-note`} className={error === null ? styles.hint : styles.error}>
          {note}
        </p>
      )}
    </div>
  );
}
