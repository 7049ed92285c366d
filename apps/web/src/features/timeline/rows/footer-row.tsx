import type { ReactNode } from "react";
import { formatDuration, speakDuration } from "../../../lib/format-duration.ts";
import { plural } from "../../../lib/plural.ts";
import { Button } from "../../../ui/button.tsx";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { DiffStat } from "../../diff/diff-stat.tsx";
import { parseGitDiff } from "../../diff/parse-git-diff.ts";
import type { RowProps } from "../row.ts";
import { useTimelineActions } from "../timeline-actions.ts";
import styles from "./quiet-row.module.css";

export function FooterRow({ row }: RowProps<"footer">) {
  const { openChanges } = useTimelineActions();
  const { durationMs, completedAtMs, answer, diff } = row.footer;
  const files = diff === null ? [] : parseGitDiff(diff);
  const ended = completedAtMs === null ? null : new Date(completedAtMs);
  return (
    <div className={styles.footer}>
      {answer !== null && <CopyButton text={answer} label="Copy answer" />}
      {files.length > 0 && (
        <Changed onOpen={openChanges === null ? null : () => openChanges(row.turnId)}>
          {plural(files.length, "file")} changed
          <DiffStat
            added={files.reduce((sum, file) => sum + file.added, 0)}
            deleted={files.reduce((sum, file) => sum + file.deleted, 0)}
          />
        </Changed>
      )}
      {durationMs !== null && (
        <span>
          <span aria-hidden="true">{formatDuration(durationMs)}</span>
          <span className="visually-hidden">took {speakDuration(durationMs)}</span>
        </span>
      )}
      {ended !== null && (
        <time dateTime={ended.toISOString()} title={ended.toLocaleString()}>
          {ended.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })}
        </time>
      )}
    </div>
  );
}

function Changed({ onOpen, children }: { readonly onOpen: (() => void) | null; readonly children: ReactNode }) {
  if (onOpen === null) return <span className={styles.changed}>{children}</span>;
  return (
    <Button look="quiet" onClick={onOpen}>
      {children}
    </Button>
  );
}
