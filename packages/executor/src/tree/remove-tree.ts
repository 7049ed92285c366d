import { lstatSync, rmdirSync, unlinkSync } from "node:fs";
import { emptyDirectory } from "./empty-directory.ts";

/** A link goes as a link. Throws as the file system does, ENOTEMPTY where a directory is not empty and may not be emptied. */
export function removeTree(path: string, recursive: boolean): void {
  if (lstatSync(path).isDirectory()) {
    if (recursive) emptyDirectory(path);
    rmdirSync(path);
  } else unlinkSync(path);
}
