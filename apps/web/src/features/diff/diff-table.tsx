import { Fragment, memo, useMemo, useState } from "react";
import { plural } from "../../lib/plural.ts";
import { Button } from "../../ui/button.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import type { DiffFile, DiffHunk, DiffLine } from "./diff-file.ts";
import styles from "./diff-table.module.css";
import { limitHunks } from "./limit-hunks.ts";
import { type ChangedSpan, markWords } from "./mark-words.ts";

interface DiffTableProps {
  readonly file: DiffFile;
  /** Lines shown before the reader asks for more. */
  readonly maxLines: number;
}

/** A file's change, one line per row. Additions and deletions carry a sign as well as a colour. */
export const DiffTable = memo(function DiffTable({ file, maxLines }: DiffTableProps) {
  const [showAll, setShowAll] = useState(false);
  const { hunks, hiddenLines } = limitHunks(file.hunks, showAll ? Number.POSITIVE_INFINITY : maxLines);
  if (file.binary) return <p className={styles.note}>Binary file, not shown.</p>;
  if (file.hunks.length === 0)
    return <p className={styles.note}>{file.movedFrom ? "Moved, text unchanged." : "Empty file."}</p>;
  return (
    <div className={styles.wrap}>
      <ScrollBox className={styles.scroll} label={`Changes in ${file.path}`}>
        <table className={styles.table}>
          <tbody>
            {hunks.map((hunk, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: hunks are replaced as a whole
              <Fragment key={at}>
                {(at > 0 || hunk.heading !== "") && (
                  <tr className={styles.gap}>
                    <td colSpan={4}>⋯ {hunk.heading}</td>
                  </tr>
                )}
                <HunkLines hunk={hunk} />
              </Fragment>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {hiddenLines > 0 && (
        <Button look="quiet" className={styles.more} onClick={() => setShowAll(true)}>
          Show {plural(hiddenLines, "more line")}
        </Button>
      )}
    </div>
  );
});

function HunkLines({ hunk }: { readonly hunk: DiffHunk }) {
  const marks = useMemo(() => markWords(hunk), [hunk]);
  return hunk.lines.map((line, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines of a hunk never move
    <tr key={at} className={styles[line.kind]}>
      <td className={styles.number}>{line.before}</td>
      <td className={styles.number}>{line.after}</td>
      <td className={styles.sign}>{line.kind === "add" ? "+" : line.kind === "delete" ? "−" : ""}</td>
      <td className={styles.text}>
        <MarkedText line={line} spans={marks.get(at)} />
      </td>
    </tr>
  ));
}

function MarkedText({ line, spans }: { readonly line: DiffLine; readonly spans: readonly ChangedSpan[] | undefined }) {
  if (spans === undefined || spans.length === 0) return line.text || " ";
  return (
    <>
      {spans.map(([start, end], at) => (
        <Fragment key={start}>
          {line.text.slice(spans[at - 1]?.[1] ?? 0, start)}
          <span className={styles.word}>{line.text.slice(start, end)}</span>
        </Fragment>
      ))}
      {line.text.slice(spans.at(-1)![1])}
    </>
  );
}
