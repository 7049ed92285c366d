import { type ComponentProps, useId } from "react";
import styles from "./field.module.css";

interface SelectProps<T extends string> extends Omit<ComponentProps<"select">, "onChange" | "value"> {
  readonly label: string;
  /** The label is read aloud only. */
  readonly labelHidden?: boolean;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
}

export function Select<T extends string>({ label, labelHidden = false, choices, onChoose, ...props }: SelectProps<T>) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={labelHidden ? "visually-hidden" : styles.label} htmlFor={id}>
        {label}
      </label>
      <select id={id} className={styles.input} onChange={(event) => onChoose(event.target.value as T)} {...props}>
        {choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
