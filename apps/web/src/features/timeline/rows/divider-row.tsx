import type { RowProps } from "../row.ts";
import styles from "./quiet-row.module.css";

export function DividerRow({ row }: RowProps<"divider">) {
  return <div className={styles.divider}>{row.label}</div>;
}

export function DayRow({ row }: RowProps<"day">) {
  const day = new Date(row.atMs);
  return (
    <div className={styles.divider}>
      <time dateTime={day.toISOString()}>
        {day.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" })}
      </time>
    </div>
  );
}

export function OtherRow({ row }: RowProps<"other">) {
  return <div className={styles.line}>{row.label}</div>;
}
