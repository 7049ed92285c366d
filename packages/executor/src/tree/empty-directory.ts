/** Removes all that is in a directory, however deep, and with whatever rights its owner has taken from themselves. */
import { chmodSync, lstatSync, readdirSync, rmdirSync, unlinkSync } from "node:fs";

interface Level {
  /** As its parent calls it. */
  readonly name: string;
  /** Directories in it that are left. */
  readonly directories: string[];
}

/** Paths have an end (4096 bytes), trees have none: so the process itself goes down and comes back. */
export function emptyDirectory(root: string): void {
  open(root);
  process.chdir(root);
  const levels: Level[] = [{ name: root, directories: removeFiles() }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const name = level.directories.pop();
    if (name !== undefined) {
      open(name);
      process.chdir(name);
      levels.push({ name, directories: removeFiles() });
      continue;
    }
    levels.pop();
    if (levels.length === 0) return;
    process.chdir("..");
    rmdirSync(level.name);
  }
}

/** Those of the current directory; gives the names of its directories. */
function removeFiles(): string[] {
  const directories: string[] = [];
  for (const entry of readdirSync(".", { withFileTypes: true })) {
    if (entry.isDirectory()) directories.push(entry.name);
    else unlinkSync(entry.name);
  }
  return directories;
}

function open(directory: string): void {
  if ((lstatSync(directory).mode & 0o700) !== 0o700) chmodSync(directory, 0o700);
}
