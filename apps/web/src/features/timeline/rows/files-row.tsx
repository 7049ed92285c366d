import { ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { classNames } from "../../../ui/class-names.ts";
import type { DiffFile } from "../../diff/diff-file.ts";
import { DiffStat } from "../../diff/diff-stat.tsx";
import { DiffTable } from "../../diff/diff-table.tsx";
import { readChange } from "../../diff/read-change.ts";
import type { RowProps } from "../row.ts";
import { useTimelineActions } from "../timeline-actions.ts";
import styles from "./card.module.css";
import { DecisionLines } from "./decision-lines.tsx";

/** Lines of a diff in the timeline; the changes panel shows the rest. */
const maxLines = 60;

const words = { add: "New", delete: "Deleted", update: "Changed" } as const;
const marks = { add: "+", delete: "−", update: "±" } as const;

export function FilesRow({ row }: RowProps<"files">) {
  const { root } = useTimelineActions();
  const { changes, status } = row.view.item;
  const files = useMemo(() => changes.map((change) => readChange(change, root)), [changes, root]);
  return (
    <section className={styles.card} aria-label="File changes">
      {files.map((file) => (
        <FileChange key={file.path} file={file} startOpen={files.length === 1 && file.change !== "delete"} />
      ))}
      {status !== "completed" && (
        <p className={classNames(styles.place, status === "failed" && styles.danger)}>
          {{ inProgress: "Not applied yet", failed: "Not applied", declined: "Declined, not applied" }[status]}
        </p>
      )}
      <DecisionLines decisions={row.decisions} />
    </section>
  );
}

function FileChange({ file, startOpen }: { readonly file: DiffFile; readonly startOpen: boolean }) {
  const [open, setOpen] = useState(startOpen);
  return (
    <>
      <button
        type="button"
        className={classNames(styles.header, styles.toggle)}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span className={styles.mark} aria-hidden="true">
          {marks[file.change]}
        </span>
        <span className="visually-hidden">{words[file.change]}:</span>
        <code className={styles.path}>{file.movedFrom === null ? file.path : `${file.movedFrom} → ${file.path}`}</code>
        <DiffStat added={file.added} deleted={file.deleted} />
        <ChevronRight size={14} className={classNames(styles.chevron, open && styles.chevronOpen)} aria-hidden="true" />
      </button>
      {open && (
        <div className={styles.body}>
          <DiffTable file={file} maxLines={maxLines} />
        </div>
      )}
    </>
  );
}
