import { mkdir, unlink } from "node:fs/promises";
import { fileRefusal } from "./file-error.ts";

export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error) => {
    throw fileRefusal("create", path, error);
  });
}

/** One file or link; a directory is refused. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error) => {
    throw fileRefusal("remove", path, error);
  });
}
