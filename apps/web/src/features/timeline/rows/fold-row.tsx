import { ChevronRight } from "lucide-react";
import type { RowProps } from "../row.ts";
import { presentWork } from "../summarise-work.ts";
import { useTimelineActions } from "../timeline-actions.ts";
import styles from "./quiet-row.module.css";

export function FoldRow({ row }: RowProps<"fold">) {
  const { toggleFold } = useTimelineActions();
  return (
    <button
      type="button"
      className={styles.toggle}
      aria-expanded={row.open}
      onClick={() => toggleFold(row.key, !row.open)}
    >
      <ChevronRight size={14} className={styles.chevron} />
      <span className={styles.ellipsis}>{presentWork(row.summary)}</span>
    </button>
  );
}
