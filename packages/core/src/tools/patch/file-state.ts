import { type Environment, EnvironmentFailure, FileFailure } from "../../ports.ts";

/** Larger files are not edited by patches; one is held in memory several times while it is. */
export const MAX_PATCHED_FILE_BYTES = 16 * 1024 * 1024;

export type FileState =
  | { readonly type: "absent" }
  | { readonly type: "file"; readonly bytes: Uint8Array }
  | { readonly type: "directory" }
  | { readonly type: "unreadable"; readonly message: string };

/** Files as a patch sees them while it is worked out. Paths are absolute. */
export interface FileView {
  state(path: string): Promise<FileState>;
}

export function viewEnvironment(environment: Pick<Environment, "readFile">): FileView {
  return {
    async state(path) {
      try {
        const bytes = await environment.readFile(path, MAX_PATCHED_FILE_BYTES);
        return bytes === null ? { type: "absent" } : { type: "file", bytes };
      } catch (error) {
        if (error instanceof EnvironmentFailure) return { type: "unreadable", message: error.message };
        if (!(error instanceof FileFailure)) throw error;
        return error.code === "EISDIR" ? { type: "directory" } : { type: "unreadable", message: error.message };
      }
    },
  };
}
