import { Hand } from "lucide-react";
import { Link } from "wouter";
import { formatAge } from "../../lib/format-duration.ts";
import { classNames } from "../../ui/class-names.ts";
import { Spinner } from "../../ui/spinner.tsx";
import type { ThreadEntry, ThreadMark } from "./derive-thread-groups.ts";
import styles from "./thread-list.module.css";

interface ThreadLinkProps {
  readonly entry: ThreadEntry;
  readonly current: boolean;
  readonly nowMs: number;
  readonly onOpen: () => void;
}

/** A thread in the sidebar. Its state is a shape and a word; colour only repeats it. */
export function ThreadLink({ entry, current, nowMs, onOpen }: ThreadLinkProps) {
  const changed = new Date(entry.changedAt * 1000);
  return (
    <li>
      <Link
        href={`/t/${entry.id}`}
        className={classNames(styles.thread, current && styles.current)}
        aria-current={current ? "page" : undefined}
        onClick={onOpen}
      >
        <span className={styles.mark}>
          <Mark mark={entry.mark} />
        </span>
        <span className={styles.title}>{entry.title}</span>
        {entry.mark === "needsYou" && <span className={styles.approve}>{entry.asks ? "Answer" : "Approve"}</span>}
        {entry.mark === "waiting" && <span className={styles.age}>Waiting</span>}
        {entry.mark !== "needsYou" && entry.mark !== "waiting" && (
          <time className={styles.age} dateTime={changed.toISOString()} title={changed.toLocaleString()}>
            {formatAge(nowMs - changed.getTime())}
          </time>
        )}
      </Link>
    </li>
  );
}

function Mark({ mark }: { readonly mark: ThreadMark }) {
  switch (mark) {
    case "needsYou":
      return <span className={styles.dot} />;
    case "running":
      return (
        <>
          <Spinner size={11} />
          <span className="visually-hidden">Running:</span>
        </>
      );
    case "failed":
      return (
        <>
          <span className={styles.square} />
          <span className="visually-hidden">Failed:</span>
        </>
      );
    case "waiting":
      return <Hand size={12} aria-hidden="true" className={styles.waiting} />;
    case "idle":
      return null;
  }
}
