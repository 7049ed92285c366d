import type { Row } from "./row.ts";

const lineHeight = 22;
const charactersPerLine = 95;

/** A first guess in px, replaced by the measured height; a close one keeps the scroll bar from jumping. */
export function estimateRowHeight(row: Row): number {
  switch (row.kind) {
    case "user":
      return 56;
    case "agent":
      return Math.max(1, Math.ceil(row.view.item.text.length / charactersPerLine)) * lineHeight;
    case "command":
      return row.view.item.aggregatedOutput === null
        ? 38
        : Math.min(380, 54 + 18 * countLines(row.view.item.aggregatedOutput));
    case "files":
      return row.view.item.changes.length === 1 ? 200 : 36 * row.view.item.changes.length;
    case "questions":
      return 30 + 58 * row.settled.questions.length;
    case "error":
      return 150;
    case "unsent":
    case "comment":
      return 80;
    case "day":
    case "warning":
    case "other":
    case "fold":
    case "plan":
    case "divider":
    case "footer":
    case "working":
    case "reasoning":
      return 28;
  }
}

/** Lines, counted no further than the output's own scroll box needs. */
function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0 && lines < 20; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
