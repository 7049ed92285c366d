import type { DiffHunk } from "./diff-file.ts";

/** A part of a line that differs from its counterpart: [start, end) in UTF-16 units. */
export type ChangedSpan = readonly [start: number, end: number];

/** Lines of more words than this are compared by their ends only; a table of all pairs would cost too much. */
const maxWords = 200;

/**
 * For each line of a hunk that was rewritten in place, the spans that changed. Deleted lines pair with the added lines
 * right after them, in order; a pair that shares less than 40% of its shorter line is no rewrite and gets no marks.
 */
export function markWords(hunk: DiffHunk): ReadonlyMap<number, readonly ChangedSpan[]> {
  const marks = new Map<number, readonly ChangedSpan[]>();
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

function changedSpans(before: string, after: string): { before: ChangedSpan[]; after: ChangedSpan[] } | null {
  const a = before.match(/\w+|\s+|[^\w\s]/gu) ?? [];
  const b = after.match(/\w+|\s+|[^\w\s]/gu) ?? [];
  const kept = keptWords(a, b);
  const shared = [...kept.before].reduce((sum, at) => sum + a[at]!.trim().length, 0);
  const length = (words: readonly string[]) => words.reduce((sum, word) => sum + word.trim().length, 0);
  if (shared < 0.4 * Math.min(length(a), length(b))) return null;
  return { before: spansWithout(a, kept.before), after: spansWithout(b, kept.after) };
}

interface Kept {
  readonly before: ReadonlySet<number>;
  readonly after: ReadonlySet<number>;
}

/** Indexes of the words that both lines keep: what they begin and end with, and the longest common run of words between. */
function keptWords(a: readonly string[], b: readonly string[]): Kept {
  const before = new Set<number>();
  const after = new Set<number>();
  const keep = (i: number, j: number) => {
    before.add(i);
    after.add(j);
  };
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    keep(start, start);
    start += 1;
  }
  let [i, j] = [a.length, b.length];
  while (i > start && j > start && a[i - 1] === b[j - 1]) {
    i -= 1;
    j -= 1;
    keep(i, j);
  }
  const [left, right] = [a.slice(start, i), b.slice(start, j)];
  if (left.length <= maxWords && right.length <= maxWords) {
    for (const [x, y] of commonWords(left, right)) keep(start + x, start + y);
  }
  return { before, after };
}

/** Longest common subsequence by the classic table, as pairs of indexes. */
function commonWords(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const here = i * width + j;
      best[here] = a[i] === b[j] ? best[here + width + 1]! + 1 : Math.max(best[here + width]!, best[here + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) i += 1;
    else j += 1;
  }
  return pairs;
}

/** Neighbouring changed words as one span; a lone space kept between two of them belongs to it, or the marks would flicker. */
function spansWithout(words: readonly string[], kept: ReadonlySet<number>): ChangedSpan[] {
  const spans: [number, number][] = [];
  let offset = 0;
  for (const [at, word] of words.entries()) {
    const end = offset + word.length;
    const bridges =
      kept.has(at) && word.trim() === "" && at > 0 && !kept.has(at - 1) && at + 1 < words.length && !kept.has(at + 1);
    if (!kept.has(at) || bridges) {
      const last = spans.at(-1);
      if (last?.[1] === offset) last[1] = end;
      else spans.push([offset, end]);
    }
    offset = end;
  }
  return spans;
}
