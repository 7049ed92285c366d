import type { Timeline } from "@skein/timeline/reduce/timeline";
import { useRef } from "react";
import { deriveRows, emptyRowCache, type RowCache } from "./derive-rows.ts";
import type { Row, UnsentMessage } from "./row.ts";

/** The rows of a timeline, with the objects of unchanged rows kept from one call to the next. */
export function useRows(
  timeline: Timeline,
  folds: ReadonlyMap<string, boolean>,
  unsent: readonly UnsentMessage[],
): readonly Row[] {
  const last = useRef<{ turns: Timeline["turns"] | null; folds: typeof folds; unsent: typeof unsent; rows: readonly Row[]; cache: RowCache }>({
    turns: null,
    folds,
    unsent,
    rows: [],
    cache: emptyRowCache,
  });
  const known = last.current;
  if (known.turns !== timeline.turns || known.folds !== folds || known.unsent !== unsent) {
    const input = { turns: timeline.turns, folds, unsent };
    last.current = { ...input, ...deriveRows(input, known.cache) };
  }
  return last.current.rows;
}
