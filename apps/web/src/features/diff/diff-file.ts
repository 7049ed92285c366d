/** A changed file as the diff views draw it. */
export interface DiffLine {
  readonly kind: "context" | "add" | "delete";
  /** Line number before and after; null on the side where the line does not exist, or when the hunk does not say. */
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

export interface DiffHunk {
  /** What stands after the second @@, mostly the enclosing function. */
  readonly heading: string;
  readonly lines: readonly DiffLine[];
}

export interface DiffFile {
  readonly path: string;
  /** The path before a move; else null. */
  readonly movedFrom: string | null;
  readonly change: "add" | "delete" | "update";
  readonly binary: boolean;
  readonly hunks: readonly DiffHunk[];
  readonly added: number;
  readonly deleted: number;
}

export function countLines(hunks: readonly DiffHunk[]): { added: number; deleted: number } {
  let added = 0;
  let deleted = 0;
  for (const hunk of hunks) {
    for (const line of hunk.lines) {
      if (line.kind === "add") added += 1;
      else if (line.kind === "delete") deleted += 1;
    }
  }
  return { added, deleted };
}
