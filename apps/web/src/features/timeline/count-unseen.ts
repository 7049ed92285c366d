import type { Row, RowKind } from "./row.ts";

/** Rows that say something new; the others only frame them. */
const news: readonly RowKind[] = ["user", "questions", "agent", "command", "files", "warning", "error", "comment"];

/** How many rows of `rows` say something that was not there when the reader last stood at the end. */
export function countUnseen(seen: readonly Row[], rows: readonly Row[]): number {
  const known = new Set(seen.map(({ key }) => key));
  return rows.filter(({ key, kind }) => news.includes(kind) && !known.has(key)).length;
}
