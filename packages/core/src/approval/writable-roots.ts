/** Where a sandbox policy lets the agent write, for deciding before anything is tried. The sandbox itself enforces it. */
import { posix } from "node:path";
import type { SandboxPolicy } from "@skein/timeline/event";

/** `null`: everywhere. */
export function writableRoots(sandbox: SandboxPolicy, cwd: string): readonly string[] | null {
  switch (sandbox.type) {
    case "readOnly":
      return [];
    case "workspaceWrite":
      return [cwd, ...sandbox.writableRoots, ...(sandbox.excludeSlashTmp ? [] : ["/tmp"])];
    case "dangerFullAccess":
      return null;
  }
}

/** Whether the policy covers the absolute path. What lies in a `.git` directory is never covered below full access. */
export function isWritable(path: string, sandbox: SandboxPolicy, cwd: string): boolean {
  const roots = writableRoots(sandbox, cwd);
  if (roots === null) return true;
  const normal = posix.normalize(path);
  return !normal.split("/").includes(".git") && roots.some((root) => isBelow(normal, posix.normalize(root)));
}

function isBelow(path: string, root: string): boolean {
  const base = root.replace(/\/+$/, "");
  return path === base || path.startsWith(`${base}/`);
}
