import type { Dirent, Stats } from "node:fs";
import { stat } from "node:fs/promises";
import type { DirectoryEntry } from "../rpc/methods.ts";
import { fileRefusal, isMissing } from "./file-error.ts";

export async function fileKind(path: string): Promise<DirectoryEntry["kind"] | null> {
  try {
    return kindOf(await stat(path));
  } catch (error) {
    if (isMissing(error)) return null;
    throw fileRefusal("look at", path, error);
  }
}

export function kindOf(entry: Stats | Dirent): DirectoryEntry["kind"] {
  return entry.isFile() ? "file" : entry.isDirectory() ? "directory" : "other";
}
