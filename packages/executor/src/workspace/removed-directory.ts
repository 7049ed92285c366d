/**
 * A workspace that is to go is put aside under another name at once, and emptied afterwards by its owner in a sandbox. So nobody
 * ever finds half of one, and what a runner's death leaves is found by its name.
 */
import { randomUUID } from "node:crypto";
import { readdirSync, realpathSync, renameSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { WorkspaceDirectory } from "./workspace.ts";

/** No workspace has such a name: theirs begin with a letter or a digit. */
const prefix = ".removed-";
const sandboxPath = "/workspaces/removed";

export interface PutAside {
  /** Where it was. */
  readonly hostPath: string;
  readonly removed: WorkspaceDirectory;
}

/** null: there is no such directory. The name has been checked by whoever made it. */
export function putAside(dataDirectory: string, tenantId: string, name: string): PutAside | null {
  const tenantDirectory = join(realpathSync(dataDirectory), "workspaces", tenantId);
  const hostPath = join(tenantDirectory, name);
  const aside = join(tenantDirectory, prefix + randomUUID());
  try {
    renameSync(hostPath, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  return { hostPath, removed: directoryAt(tenantId, aside) };
}

/** What earlier runs of this runner have put aside and not finished with. */
export function findPutAside(dataDirectory: string): WorkspaceDirectory[] {
  const root = join(realpathSync(dataDirectory), "workspaces");
  return namesIn(root).flatMap((tenantId) =>
    namesIn(join(root, tenantId))
      .filter((name) => name.startsWith(prefix))
      .map((name) => directoryAt(tenantId, join(root, tenantId, name))),
  );
}

/** Throws when it is not empty. */
export function dropEmptied({ hostPath }: WorkspaceDirectory): void {
  rmdirSync(hostPath);
}

function directoryAt(tenantId: string, hostPath: string): WorkspaceDirectory {
  const { uid, gid } = statSync(hostPath);
  return { id: "removed", tenantId, hostPath, sandboxPath, uid, gid };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
