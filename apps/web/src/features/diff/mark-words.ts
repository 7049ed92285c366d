import type { DiffHunk } from "./diff-file.ts";

/** The part of a line that differs from its counterpart: [start, end) in UTF-16 units. */
export type ChangedSpan = readonly [start: number, end: number];

/**
 * For each line of a hunk that was rewritten in place, the span that changed. Deleted lines pair with the added lines
 * right after them, in order; a pair that shares less than half of its shorter line is no rewrite and gets no mark.
 */
export function markWords(hunk: DiffHunk): ReadonlyMap<number, ChangedSpan> {
  const marks = new Map<number, ChangedSpan>();
  const { lines } = hunk;
  for (let at = 0; at < lines.length; ) {
    const deletedEnd = runEnd(hunk, at, "delete");
    const addedEnd = runEnd(hunk, deletedEnd, "add");
    const pairs = Math.min(deletedEnd - at, addedEnd - deletedEnd);
    for (let n = 0; n < pairs; n += 1) {
      const spans = changedSpans(lines[at + n]!.text, lines[deletedEnd + n]!.text);
      if (spans === null) continue;
      marks.set(at + n, spans.before);
      marks.set(deletedEnd + n, spans.after);
    }
    at = Math.max(addedEnd, at + 1);
  }
  return marks;
}

function runEnd(hunk: DiffHunk, from: number, kind: "add" | "delete"): number {
  let end = from;
  while (hunk.lines[end]?.kind === kind) end += 1;
  return end;
}

/** What lies between the words that both lines begin and end with; null when they share too little for a mark to help. */
function changedSpans(before: string, after: string): { before: ChangedSpan; after: ChangedSpan } | null {
  const a = words(before);
  const b = words(after);
  const shortest = Math.min(a.length, b.length);
  let start = 0;
  while (start < shortest && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shortest - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const head = a.slice(0, start).join("").length;
  const tail = a.slice(a.length - end).join("").length;
  const shared = before.slice(0, head).trim().length + before.slice(before.length - tail).trim().length;
  if (shared * 2 < Math.min(before.trim().length, after.trim().length)) return null;
  return { before: [head, before.length - tail], after: [head, after.length - tail] };
}

function words(line: string): string[] {
  return line.match(/\w+|\s+|[^\w\s]/gu) ?? [];
}
