import { encodeCursor, parseCursor } from "@skein/protocol/cursor";

/** The cursor of the same log at another seq; null when it is none of the cursors this client knows to write. */
export function cursorAt(cursor: string, seq: number): string | null {
  const parsed = parseCursor(cursor);
  return parsed.ok ? encodeCursor({ ...parsed.cursor, seq }) : null;
}
