import type { Workspace } from "@skein/protocol/methods/workspace";
import type { ServerNotification } from "@skein/protocol/notifications";

/** The list after a notification; the same list when it says nothing about it. What it does not say of a workspace stays as it was. */
export function evolveWorkspaces(
  workspaces: readonly Workspace[],
  notification: ServerNotification,
): readonly Workspace[] {
  switch (notification.method) {
    case "skein/workspace/changed": {
      const { workspace } = notification.params;
      const known = workspaces.some(({ id }) => id === workspace.id);
      return known
        ? workspaces.map((one) => (one.id === workspace.id ? { ...one, ...workspace } : one))
        : [...workspaces, workspace];
    }
    case "skein/workspace/deleted":
      return workspaces.filter(({ id }) => id !== notification.params.workspaceId);
    default:
      return workspaces;
  }
}
