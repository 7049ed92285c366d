import { Hand, Pause } from "lucide-react";
import { formatDuration } from "../../../lib/format-duration.ts";
import { useNow } from "../../../lib/use-now.ts";
import { useIsLive } from "../../../session/session-context.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import type { RowProps } from "../row.ts";
import styles from "./quiet-row.module.css";

export function WorkingRow({ row }: RowProps<"working">) {
  const live = useIsLive();
  const now = useNow(1000, live);
  const elapsedMs = row.startedAtMs === null ? null : Math.max(0, now - row.startedAtMs);
  return (
    <div className={styles.line}>
      {row.waitsFor !== null ? (
        <Hand size={14} aria-hidden="true" />
      ) : live ? (
        <Spinner />
      ) : (
        <Pause size={14} aria-hidden="true" />
      )}
      <span>
        {row.waitsFor !== null ? `Waiting for your ${row.waitsFor}` : live ? "Working" : "Was working when last seen"}
        {live && elapsedMs !== null && elapsedMs >= 1000 && ` · ${formatDuration(Math.floor(elapsedMs / 1000) * 1000)}`}
      </span>
      {row.notice !== null && <span className={styles.notice}>{row.notice}</span>}
    </div>
  );
}
