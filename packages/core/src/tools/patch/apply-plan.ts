import { EnvironmentFailure, FileFailure } from "../../ports.ts";
import type { FileView } from "./file-state.ts";
import type { FileWrite } from "./resolve-hunk.ts";

/** Rejects with `FileFailure` or `EnvironmentFailure`. */
export interface PatchFiles extends FileView {
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  removeFile(path: string): Promise<void>;
}

export type AppliedPlan = { readonly ok: true } | { readonly ok: false; readonly error: string };

/**
 * Writes what was planned, provided that every file still is as it was when the plan was made: an approval may have taken
 * minutes. A write that fails takes back the ones before it, so that a patch is applied whole or not at all, short of a
 * crash or of a file system that refuses the way back too; the error then names what stayed.
 */
export async function applyPlan(writes: readonly FileWrite[], files: PatchFiles): Promise<AppliedPlan> {
  for (const write of writes) {
    if (!(await isUnchanged(write, files))) {
      return { ok: false, error: `${write.path} has changed since the patch was checked; nothing was written` };
    }
  }
  const made: FileWrite[] = [];
  for (const write of writes) {
    // Again, because two paths of one patch may lead to the same file.
    const error = (await isUnchanged(write, files))
      ? await attempt(() => put(write.path, write.after, files), failureText(write))
      : `${write.path} has changed since the patch was checked`;
    if (error !== null) return { ok: false, error: error + (await takeBack(made, files)) };
    made.push(write);
  }
  return { ok: true };
}

async function isUnchanged(write: FileWrite, files: FileView): Promise<boolean> {
  const state = await files.state(write.path);
  switch (state.type) {
    case "absent":
      return write.before === null;
    case "file":
      return write.before !== null && sameBytes(state.bytes, write.before);
    case "directory":
    case "unreadable":
      return false;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

async function takeBack(made: readonly FileWrite[], files: PatchFiles): Promise<string> {
  const stuck: string[] = [];
  for (const write of made.toReversed()) {
    const error = await attempt(() => put(write.path, write.before, files), write.path);
    if (error !== null) stuck.push(write.path);
  }
  return stuck.length === 0 ? "" : `\nThese files were changed already and could not be put back: ${stuck.join(", ")}`;
}

function put(path: string, bytes: Uint8Array | null, files: PatchFiles): Promise<void> {
  return bytes === null ? files.removeFile(path) : files.writeFile(path, bytes);
}

function failureText(write: FileWrite): string {
  return `Failed to ${write.after === null ? "delete" : "write"} file ${write.path}`;
}

/** The error's text, or null when all went well. */
async function attempt(action: () => Promise<void>, what: string): Promise<string | null> {
  try {
    await action();
    return null;
  } catch (error) {
    if (!(error instanceof FileFailure || error instanceof EnvironmentFailure)) throw error;
    return `${what}: ${error.message}`;
  }
}
