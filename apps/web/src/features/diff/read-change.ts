import type { FileUpdateChange } from "@skein/protocol/item/command";
import { countLines, type DiffFile } from "./diff-file.ts";
import { parseHunks, wholeFileHunk } from "./parse-hunks.ts";

/** A change of a patch item. Its diff is the file's text for add and delete, hunks without a file header for update. */
export function readChange(change: FileUpdateChange, root: string): DiffFile {
  const { kind } = change;
  const hunks = kind.type === "update" ? parseHunks(change.diff) : wholeFileHunk(change.diff, kind.type);
  const movePath = kind.type === "update" ? kind.move_path : null;
  return {
    path: relativePath(movePath ?? change.path, root),
    movedFrom: movePath === null ? null : relativePath(change.path, root),
    change: kind.type,
    binary: false,
    hunks,
    ...countLines(hunks),
  };
}

/** `path` as seen from `root`; unchanged when it lies elsewhere. */
export function relativePath(path: string, root: string): string {
  const prefix = root.endsWith("/") ? root : `${root}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}
