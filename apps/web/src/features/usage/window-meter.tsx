import { useId } from "react";
import { classNames } from "../../ui/class-names.ts";
import { littleFrom, type PresentedWindow } from "./present-usage.ts";
import styles from "./window-meter.module.css";

/** How much of a limit is used: a bar, and the same in words. */
export function WindowMeter({ title, percent, words }: PresentedWindow & { readonly title: string }) {
  const id = useId();
  return (
    <div className={styles.limit}>
      <p className={styles.line}>
        <span id={id} className={styles.title}>
          {title}
        </span>
        <span className={styles.words}>{words}</span>
      </p>
      <meter
        className={classNames(styles.meter, percent >= littleFrom && styles.little)}
        aria-labelledby={id}
        aria-valuetext={words}
        min={0}
        max={100}
        value={percent}
      />
    </div>
  );
}
