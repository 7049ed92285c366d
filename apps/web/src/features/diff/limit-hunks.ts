import type { DiffHunk } from "./diff-file.ts";

/** The first `maxLines` lines, and how many are left out. A rest of fewer than ten lines is not worth a click. */
export function limitHunks(
  hunks: readonly DiffHunk[],
  maxLines: number,
): { hunks: readonly DiffHunk[]; hiddenLines: number } {
  const total = hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  if (total <= maxLines + 10) return { hunks, hiddenLines: 0 };
  const kept: DiffHunk[] = [];
  let room = maxLines;
  for (const hunk of hunks) {
    if (room === 0) break;
    const lines = hunk.lines.slice(0, room);
    kept.push(lines.length === hunk.lines.length ? hunk : { ...hunk, lines });
    room -= lines.length;
  }
  return { hunks: kept, hiddenLines: total - maxLines };
}
