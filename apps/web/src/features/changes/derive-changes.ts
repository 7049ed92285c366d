import type { TurnView } from "@skein/timeline/reduce/timeline";
import type { DiffFile } from "../diff/diff-file.ts";
import { parseGitDiff } from "../diff/parse-git-diff.ts";

/** All changes of one file in the chosen scope. Over several turns it has one entry per turn, oldest first. */
export interface ChangedFile {
  readonly path: string;
  readonly changes: readonly DiffFile[];
  readonly added: number;
  readonly deleted: number;
}

/** Files that one turn changed, in the order of its diff. */
export function deriveTurnChanges(turn: TurnView | undefined): ChangedFile[] {
  return turn?.diff ? gather(parseGitDiff(turn.diff)) : [];
}

/** Files that any loaded turn changed. A file's counts add up its turns; what one turn added and another took back counts twice. */
export function deriveThreadChanges(turns: readonly TurnView[]): ChangedFile[] {
  return gather(turns.flatMap((turn) => (turn.diff ? parseGitDiff(turn.diff) : [])));
}

/** The turn to show: the chosen one, else the latest that changed anything. */
export function chooseTurn(turns: readonly TurnView[], turnId: string | null): TurnView | undefined {
  return turns.find(({ id }) => id === turnId) ?? turns.findLast(({ diff }) => Boolean(diff));
}

function gather(files: readonly DiffFile[]): ChangedFile[] {
  const byPath = new Map<string, DiffFile[]>();
  for (const file of files) {
    const earlier = byPath.get(file.movedFrom ?? file.path) ?? [];
    byPath.delete(file.movedFrom ?? file.path);
    byPath.set(file.path, [...earlier, file]);
  }
  return [...byPath].map(([path, changes]) => ({
    path,
    changes,
    added: changes.reduce((sum, { added }) => sum + added, 0),
    deleted: changes.reduce((sum, { deleted }) => sum + deleted, 0),
  }));
}
