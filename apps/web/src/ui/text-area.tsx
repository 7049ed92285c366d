import { type ComponentProps, useId } from "react";
import { classNames } from "./class-names.ts";
import styles from "./field.module.css";

interface TextAreaProps extends ComponentProps<"textarea"> {
  readonly label: string;
  readonly hint?: string;
  readonly mono?: boolean;
}

/** As `Field`, for several lines. */
export function TextArea({ label, hint, mono = false, ...props }: TextAreaProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className={classNames(styles.input, mono && styles.mono)}
        aria-describedby={hint ? `${id}-note` : undefined}
        {...props}
      />
      {hint && (
        <p id={`${id}-note`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
