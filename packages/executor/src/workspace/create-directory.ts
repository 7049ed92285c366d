import { chmodSync, chownSync, mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { WorkspaceRefused } from "./open-directory.ts";
import { deriveSandboxPath } from "./sandbox-path.ts";
import type { WorkspaceDirectory } from "./workspace.ts";

/** Also a path component on every runner, so that it stays portable and readable. */
const validName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isWorkspaceName(name: string): boolean {
  return validName.test(name);
}

/**
 * Makes `workspaces/<tenant>/<name>` in the data directory. As root it belongs to the tenant's own uid; parents stay
 * Skein's and let others pass, not look. An existing one is given back as it is. Throws `WorkspaceRefused` for a bad name.
 */
export function createWorkspaceDirectory(spec: {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly dataDirectory: string;
  /** Of `deriveTenantOwner`. */
  readonly owner: { readonly uid: number; readonly gid: number };
}): WorkspaceDirectory {
  if (!isWorkspaceName(spec.name)) {
    throw new WorkspaceRefused(
      `${JSON.stringify(spec.name)} is no name for a workspace: use up to 64 letters, digits, dots, dashes and underscores`,
    );
  }
  if (!validName.test(spec.tenantId)) throw new RangeError("a tenant's id must be a path component");
  const isRoot = process.getuid?.() === 0;
  const dataDirectory = realpathSync(spec.dataDirectory);
  const tenantDirectory = join(dataDirectory, "workspaces", spec.tenantId);
  mkdirSync(tenantDirectory, { recursive: true });
  if (isRoot) {
    for (const path of [dataDirectory, join(dataDirectory, "workspaces"), tenantDirectory]) chmodSync(path, 0o711);
  }
  const hostPath = join(tenantDirectory, spec.name);
  if (makeOnce(hostPath) && isRoot) chownSync(hostPath, spec.owner.uid, spec.owner.gid);
  const owner = isRoot ? spec.owner : { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  return {
    id: spec.id,
    tenantId: spec.tenantId,
    hostPath,
    sandboxPath: deriveSandboxPath(hostPath, { dataDirectory, tenantId: spec.tenantId }),
    uid: owner.uid,
    gid: owner.gid,
  };
}

/** False when it was there already. */
function makeOnce(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
