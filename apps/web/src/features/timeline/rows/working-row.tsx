import { Hand, Hourglass, Pause, Unplug } from "lucide-react";
import { formatDuration } from "../../../lib/format-duration.ts";
import { useNow } from "../../../lib/use-now.ts";
import { useIsLive } from "../../../session/session-context.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import { presentWorking } from "../present-working.ts";
import type { RowProps } from "../row.ts";
import { useTimelineActions } from "../timeline-actions.ts";
import { useTurnsAhead } from "../use-turns-ahead.ts";
import styles from "./quiet-row.module.css";

export function WorkingRow({ row }: RowProps<"working">) {
  const live = useIsLive();
  const { mayAnswer } = useTimelineActions();
  const ahead = useTurnsAhead(row.turnId);
  const now = useNow(1000, live);
  const elapsedMs = row.startedAtMs === null ? null : Math.max(0, now - row.startedAtMs);
  return (
    <div className={styles.line}>
      <WorkingIcon row={row} live={live} isInLine={ahead !== null} />
      <span>
        {presentWorking(row, { live, ahead, mayAnswer })}
        {live && elapsedMs !== null && elapsedMs >= 1000 && ` · ${formatDuration(Math.floor(elapsedMs / 1000) * 1000)}`}
      </span>
      {row.notice !== null && <span className={styles.notice}>{row.notice}</span>}
    </div>
  );
}

function WorkingIcon({
  row,
  live,
  isInLine,
}: RowProps<"working"> & { readonly live: boolean; readonly isInLine: boolean }) {
  if (row.waitsFor !== null) return <Hand size={14} aria-hidden="true" />;
  if (!live) return <Pause size={14} aria-hidden="true" />;
  if (isInLine) return <Hourglass size={14} aria-hidden="true" />;
  return row.awayRunner !== null ? <Unplug size={14} aria-hidden="true" /> : <Spinner />;
}
