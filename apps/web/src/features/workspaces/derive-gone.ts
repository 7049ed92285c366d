import type { Workspace } from "@skein/protocol/methods/workspace";

/**
 * Whether the workspace in which a thread worked was deleted. `workspaces` null: nobody knows yet. A directory of the machine is not in
 * question: the server opens it when it is needed.
 */
export function isWorkspaceGone(cwd: string, workspaces: readonly Workspace[] | null): boolean {
  const root = /^\/workspaces\/[^/]+/.exec(cwd)?.[0];
  return root !== undefined && workspaces !== null && !workspaces.some((workspace) => workspace.root === root);
}
