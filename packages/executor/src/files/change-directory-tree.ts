import { mkdir, unlink } from "node:fs/promises";
import { fileRefusal } from "./file-error.ts";

/** `recursive`: parents are made too, and one that is there is no error. */
export async function makeDirectory(path: string, recursive: boolean): Promise<void> {
  await mkdir(path, { recursive }).catch((error) => {
    throw fileRefusal("create", path, error);
  });
}

/** One file or link; a directory is refused. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error) => {
    throw fileRefusal("remove", path, error);
  });
}
