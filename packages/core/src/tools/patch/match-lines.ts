/**
 * Finds the lines a chunk speaks of. Four passes over the whole remainder, each more forgiving than the last, so that an
 * exact match further down wins over a vague one near by.
 */

export interface LineMatcher {
  /** Index of the first match at or after `from`, or null. `atEnd`: only a match that ends with the last line counts. */
  find(pattern: readonly string[], from: number, atEnd: boolean): number | null;
}

const passes: readonly ((line: string) => string)[] = [
  (line) => line,
  trimEnd,
  trimBoth,
  (line) => toAscii(trimBoth(line)),
];

export function createLineMatcher(lines: readonly string[]): LineMatcher {
  // Each pass rewrites every line once at most, however many chunks are searched.
  const rewritten: (readonly string[] | undefined)[] = [];
  const linesOfPass = (pass: number): readonly string[] => {
    rewritten[pass] ??= lines.map(passes[pass]!);
    return rewritten[pass];
  };

  return {
    find(pattern, from, atEnd) {
      const last = lines.length - pattern.length;
      const first = atEnd ? Math.max(from, last) : from;
      if (first > last) return null;
      for (let pass = 0; pass < passes.length; pass++) {
        const found = indexOfLines(linesOfPass(pass), pattern.map(passes[pass]!), first, last);
        if (found !== null) return found;
      }
      return null;
    },
  };
}

function indexOfLines(
  lines: readonly string[],
  pattern: readonly string[],
  first: number,
  last: number,
): number | null {
  for (let start = first; start <= last; start++) {
    if (pattern.every((line, offset) => lines[start + offset] === line)) return start;
  }
  return null;
}

// Not String.prototype.trim: that also removes U+FEFF, and a byte order mark is part of its line here.
const whiteSpace = /\p{White_Space}/u;

function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && whiteSpace.test(line[end - 1]!)) end--;
  return line.slice(0, end);
}

function trimBoth(line: string): string {
  let start = 0;
  while (start < line.length && whiteSpace.test(line[start]!)) start++;
  return trimEnd(line.slice(start));
}

/** Typographic dashes, quotes and spaces as the ASCII a model writes for them. */
function toAscii(line: string): string {
  return line
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\u2018-\u201b]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/[\u00a0\u2002-\u200a\u202f\u205f\u3000]/g, " ");
}
