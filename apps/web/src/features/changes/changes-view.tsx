import type { TurnView } from "@skein/timeline/reduce/timeline";
import { ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { plural } from "../../lib/plural.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DiffStat } from "../diff/diff-stat.tsx";
import { DiffTable } from "../diff/diff-table.tsx";
import { useShell } from "../shell/shell-state.tsx";
import styles from "./changes-view.module.css";
import { type ChangedFile, chooseTurn, deriveThreadChanges, deriveTurnChanges } from "./derive-changes.ts";

/** Lines of a file before "Show more"; files beyond the first twenty start closed. */
const maxLines = 400;
const openFiles = 20;

type Scope = "turn" | "thread";

export function ChangesView({ turns }: { readonly turns: readonly TurnView[] }) {
  const { panelTurnId } = useShell();
  const [scope, setScope] = useState<Scope>("turn");
  const turn = chooseTurn(turns, panelTurnId);
  const files = useMemo(
    () => (scope === "turn" ? deriveTurnChanges(turn) : deriveThreadChanges(turns)),
    [scope, turn, turns],
  );
  const patch = scope === "turn" ? (turn?.diff ?? "") : turns.map(({ diff }) => diff ?? "").join("");
  return (
    <div>
      <div className={styles.bar}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend on the page */}
        <div className={styles.scopes} role="group" aria-label="Which changes">
          <ScopeButton label="This turn" on={scope === "turn"} onClick={() => setScope("turn")} />
          <ScopeButton label="Whole thread" on={scope === "thread"} onClick={() => setScope("thread")} />
        </div>
        {files.length > 0 && (
          <>
            <span className={styles.total}>{plural(files.length, "file")}</span>
            <DiffStat added={sum(files, "added")} deleted={sum(files, "deleted")} />
            <CopyButton text={patch} label="Copy patch" />
          </>
        )}
      </div>
      {files.length === 0 && (
        <p className={styles.empty}>No changes {scope === "turn" ? "in this turn" : "in this thread"}.</p>
      )}
      {files.map((file, at) => (
        <FileChanges key={`${scope}:${file.path}`} file={file} startOpen={at < openFiles} />
      ))}
    </div>
  );
}

function ScopeButton({
  label,
  on,
  onClick,
}: {
  readonly label: string;
  readonly on: boolean;
  readonly onClick: () => void;
}) {
  return (
    <Button look="quiet" className={classNames(styles.scope, on && styles.on)} aria-pressed={on} onClick={onClick}>
      {label}
    </Button>
  );
}

function FileChanges({ file, startOpen }: { readonly file: ChangedFile; readonly startOpen: boolean }) {
  const [open, setOpen] = useState(startOpen);
  const latest = file.changes.at(-1)!;
  const note = { add: "new", delete: "deleted", update: "" }[latest.change];
  return (
    <section className={styles.file} aria-label={file.path}>
      <h2>
        <button type="button" className={styles.fileHead} aria-expanded={open} onClick={() => setOpen(!open)}>
          <ChevronRight size={14} className={open ? styles.turned : undefined} aria-hidden="true" />
          <code className={styles.path}>
            {latest.movedFrom === null ? file.path : `${latest.movedFrom} → ${file.path}`}
          </code>
          {note && <span className={styles.note}>{note}</span>}
          <DiffStat added={file.added} deleted={file.deleted} />
        </button>
      </h2>
      {open &&
        file.changes.map((change, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one entry per turn, in order
          <DiffTable key={at} file={change} maxLines={maxLines} />
        ))}
    </section>
  );
}

function sum(files: readonly ChangedFile[], side: "added" | "deleted"): number {
  return files.reduce((total, file) => total + file[side], 0);
}
