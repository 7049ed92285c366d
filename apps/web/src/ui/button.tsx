import type { ComponentProps } from "react";
import styles from "./button.module.css";
import { classNames } from "./class-names.ts";
import { Tooltip } from "./tooltip.tsx";

export type ButtonLook = "default" | "primary" | "danger" | "quiet";

interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: ButtonLook;
}

export function Button({ look = "default", className, ...props }: ButtonProps) {
  return <button type="button" className={classNames(styles.button, styles[look], className)} {...props} />;
}

interface IconButtonProps extends ComponentProps<"button"> {
  /** Spoken, and shown on hover and focus. */
  readonly label: string;
  /** A shortcut that does the same, as `keyLabel` writes it. */
  readonly keys?: string;
}

export function IconButton({ label, keys, className, ...props }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        className={classNames(styles.button, styles.quiet, styles.icon, className)}
        {...props}
      />
    </Tooltip>
  );
}
