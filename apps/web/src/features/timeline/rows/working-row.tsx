import { Hand } from "lucide-react";
import { formatDuration } from "../../../lib/format-duration.ts";
import { useNow } from "../../../lib/use-now.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import type { RowProps } from "../row.ts";
import styles from "./quiet-row.module.css";

export function WorkingRow({ row }: RowProps<"working">) {
  const now = useNow(1000);
  const elapsedMs = row.startedAtMs === null ? null : Math.max(0, now - row.startedAtMs);
  return (
    <div className={styles.line}>
      {row.asking ? <Hand size={14} aria-hidden="true" /> : <Spinner />}
      <span>
        {row.asking ? "Waiting for your approval" : "Working"}
        {elapsedMs !== null && elapsedMs >= 1000 && ` · ${formatDuration(Math.floor(elapsedMs / 1000) * 1000)}`}
      </span>
      {row.notice !== null && <span className={styles.notice}>{row.notice}</span>}
    </div>
  );
}
