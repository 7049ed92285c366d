import { structuredPatch } from "diff";

/**
 * Edits beyond which the exact shortest diff is not searched: Myers' algorithm is quadratic in them, and this bound,
 * unlike a time limit, gives the same diff on every machine.
 */
const MAX_EDIT_LENGTH = 1000;

/** The hunks of a unified diff with three lines of context, without file headers. Empty when nothing changed. */
export function diffHunks(before: string, after: string): string {
  if (before === after) return "";
  const patch = structuredPatch("", "", before, after, "", "", { context: 3, maxEditLength: MAX_EDIT_LENGTH });
  const hunks = patch?.hunks ?? [wholeFileHunk(before, after)];
  return hunks
    .map((hunk) => {
      const header = `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`;
      return `${[header, ...hunk.lines].join("\n")}\n`;
    })
    .join("");
}

/** As git writes it: a count of one is left out, and an empty range stands after the line before it. */
function range(start: number, count: number): string {
  if (count === 1) return String(start);
  return `${count === 0 ? start - 1 : start},${count}`;
}

function wholeFileHunk(before: string, after: string) {
  const old = markedLines("-", before);
  const fresh = markedLines("+", after);
  return {
    oldStart: 1,
    oldLines: old.count,
    newStart: 1,
    newLines: fresh.count,
    lines: [...old.lines, ...fresh.lines],
  };
}

function markedLines(mark: "-" | "+", text: string): { readonly lines: readonly string[]; readonly count: number } {
  if (text === "") return { lines: [], count: 0 };
  const complete = text.endsWith("\n");
  const lines = (complete ? text.slice(0, -1) : text).split("\n").map((line) => mark + line);
  return { lines: complete ? lines : [...lines, "\\ No newline at end of file"], count: lines.length };
}
