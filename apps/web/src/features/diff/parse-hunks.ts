import type { DiffHunk, DiffLine } from "./diff-file.ts";

const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/**
 * Reads unified hunks without a file header. Counts in a header decide where its hunk ends, so that a deleted line
 * "-- x" is not taken for the header of a next file. A bare "@@" starts a hunk whose line numbers are unknown.
 */
export function parseHunks(diff: string): DiffHunk[] {
  const hunks: { heading: string; lines: DiffLine[] }[] = [];
  let before: number | null = null;
  let after: number | null = null;
  for (const line of contentLines(diff)) {
    if (line.startsWith("@@")) {
      const match = header.exec(line);
      before = match === null ? null : Number(match[1]);
      after = match === null ? null : Number(match[3]);
      hunks.push({ heading: match === null ? line.replace(/^@@ ?/, "") : match[5]!, lines: [] });
      continue;
    }
    if (line.startsWith("\\")) continue;
    if (hunks.length === 0) hunks.push({ heading: "", lines: [] });
    const kind = line[0] === "+" ? "add" : line[0] === "-" ? "delete" : "context";
    hunks.at(-1)!.lines.push({
      kind,
      before: kind === "add" ? null : before,
      after: kind === "delete" ? null : after,
      text: line.slice(1),
    });
    if (kind !== "add" && before !== null) before += 1;
    if (kind !== "delete" && after !== null) after += 1;
  }
  return hunks;
}

/** A whole file as one hunk of added or deleted lines. */
export function wholeFileHunk(text: string, kind: "add" | "delete"): DiffHunk[] {
  if (text === "") return [];
  const lines = contentLines(text).map((line, at): DiffLine => {
    return { kind, before: kind === "delete" ? at + 1 : null, after: kind === "add" ? at + 1 : null, text: line };
  });
  return [{ heading: "", lines }];
}

/** Lines without the empty one that a final line end leaves behind. */
function contentLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
