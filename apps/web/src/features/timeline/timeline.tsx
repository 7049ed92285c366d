/**
 * The virtual list of a thread's rows. It opens at the end and follows what is appended while the reader is within
 * 80 px of it; a reader further up never moves, neither when rows are added below nor when older ones load above.
 */
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { countUnseen } from "./count-unseen.ts";
import { estimateRowHeight } from "./estimate-row-height.ts";
import type { Row } from "./row.ts";
import { RowView } from "./rows/row-view.tsx";
import styles from "./timeline.module.css";
import { endThresholdPx, useFollowEnd } from "./use-follow-end.ts";

interface TimelineViewProps {
  readonly rows: readonly Row[];
  readonly hasOlder: boolean;
  readonly onLoadOlder: () => void;
  /** Newer rows are on their way. */
  readonly isCatchingUp: boolean;
}

export function TimelineView({ rows, hasOlder, onLoadOlder, isCatchingUp }: TimelineViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateRowHeight(rows[index]!),
    getItemKey: (index) => rows[index]!.key,
    // A row that has focus stays mounted when it scrolls away, or focus would be lost.
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      if (focused === null || focused >= rows.length || indexes.includes(focused)) return indexes;
      return [...indexes, focused].sort((a, b) => a - b);
    },
    gap: 12,
    paddingStart: 16,
    // Where the note about catching up stands, over no text.
    paddingEnd: 28,
    overscan: 6,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: endThresholdPx,
  });
  const unseen = useUnseenRows(rows, virtualizer.isAtEnd(endThresholdPx));

  useFollowEnd(scroller, rows, () => virtualizer.scrollToEnd());

  const items = virtualizer.getVirtualItems();
  const firstShown = items[0]?.index ?? 0;
  useEffect(() => {
    if (hasOlder && firstShown < 3) onLoadOlder();
  }, [hasOlder, firstShown, onLoadOlder]);

  const moveFocus = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
    const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, [contenteditable]");
    if (step === 0 || typing || event.metaKey || event.ctrlKey || event.altKey) return;
    const last = rows.length - 1;
    const next = Math.min(last, Math.max(0, focused === null ? last : focused + step));
    setFocused(next);
    virtualizer.scrollToIndex(next, { align: "auto" });
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus({ preventScroll: true }),
    );
    event.preventDefault();
  };

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-label="Conversation"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the log scrolls, by keyboard too
        tabIndex={0}
        onKeyDown={moveFocus}
      >
        <div className={styles.column} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => (
            <article
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className={styles.row}
              style={{ transform: `translateY(${item.start}px)` }}
              aria-posinset={item.index + 1}
              aria-setsize={hasOlder ? -1 : rows.length}
              tabIndex={-1}
              onFocus={() => setFocused(item.index)}
            >
              <RowView row={rows[item.index]!} />
            </article>
          ))}
        </div>
      </div>
      <div className={styles.notes}>
        {isCatchingUp && (
          <p className={styles.behind}>
            <Spinner /> Catching up…
          </p>
        )}
        {unseen !== null && (
          <Button className={styles.jump} onClick={() => virtualizer.scrollToEnd()}>
            <ArrowDown size={14} aria-hidden="true" />
            {unseen > 0 ? `${unseen} new` : "To the end"}
          </Button>
        )}
      </div>
    </div>
  );
}

/** How many rows came since the reader left the end; null at the end. */
function useUnseenRows(rows: readonly Row[], atEnd: boolean): number | null {
  const seen = useRef(rows);
  if (atEnd) seen.current = rows;
  return atEnd ? null : countUnseen(seen.current, rows);
}
