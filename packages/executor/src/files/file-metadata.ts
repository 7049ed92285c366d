import { lstat, stat } from "node:fs/promises";
import type { FileMetadata } from "../rpc/methods.ts";
import { fileRefusal } from "./file-error.ts";

/** Of what the path leads to. */
export async function fileMetadata(path: string): Promise<FileMetadata> {
  try {
    const [own, target] = await Promise.all([lstat(path), stat(path)]);
    return {
      isDirectory: target.isDirectory(),
      isFile: target.isFile(),
      isSymlink: own.isSymbolicLink(),
      createdAtMs: Math.trunc(target.birthtimeMs),
      modifiedAtMs: Math.trunc(target.mtimeMs),
    };
  } catch (error) {
    throw fileRefusal("look at", path, error);
  }
}
