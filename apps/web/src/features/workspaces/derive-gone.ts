import type { Workspace } from "@skein/protocol/methods/workspace";
import type { Thread } from "@skein/protocol/thread";

/**
 * Whether the workspace in which a thread worked was deleted, also where another has its name by now. `workspaces` null: nobody knows yet.
 * A directory of the machine is not in question: the server opens it when it is needed.
 */
export function isWorkspaceGone(
  { cwd, workspaceId }: Pick<Thread, "cwd" | "workspaceId">,
  workspaces: readonly Workspace[] | null,
): boolean {
  const root = /^\/workspaces\/[^/]+/.exec(cwd)?.[0];
  if (root === undefined || workspaces === null) return false;
  // Servers from before tell where it works, and not in what.
  const isIts = (workspace: Workspace) =>
    workspaceId == null ? workspace.root === root : workspace.id === workspaceId;
  return !workspaces.some(isIts);
}
