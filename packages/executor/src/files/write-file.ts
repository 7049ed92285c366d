import { mkdir, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RunnerRefusal } from "../rpc/methods.ts";
import { fileRefusal, isMissing } from "./file-error.ts";
import { temporaryNameFor } from "./temporary-name.ts";

/**
 * The whole new content or the old one, never a part: written beside the file, synced, then renamed over it. Keeps the
 * mode of a file that was there, writes through a symbolic link.
 */
export async function writeFile(path: string, bytes: Uint8Array, parents: boolean): Promise<void> {
  try {
    const target = await resolveTarget(path);
    if (parents) await makeParents(target.path);
    await replace(target.path, bytes, target.mode);
  } catch (error) {
    throw fileRefusal("write", path, error);
  }
}

async function resolveTarget(path: string): Promise<{ path: string; mode: number | null }> {
  try {
    const real = await realpath(path);
    const there = await stat(real);
    if (there.isDirectory()) throw new RunnerRefusal("EISDIR", `cannot write ${path}: it is a directory`);
    if (!there.isFile()) throw new RunnerRefusal("EINVAL", `cannot write ${path}: it is no regular file`);
    return { path: real, mode: there.mode & 0o7777 };
  } catch (error) {
    if (isMissing(error)) return { path, mode: null };
    throw error;
  }
}

async function makeParents(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "EEXIST" ? Object.assign(new Error(), { code: "ENOTDIR" }) : error;
  }
}

async function replace(path: string, bytes: Uint8Array, mode: number | null): Promise<void> {
  const temporary = join(dirname(path), temporaryNameFor(basename(path)));
  const file = await open(temporary, "wx", 0o666);
  try {
    try {
      await file.writeFile(bytes);
      if (mode !== null) await file.chmod(mode);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}
