/** The environment in which a thread's commands run, opened for each turn; nothing starts before the first command. */
import type { Environment } from "@skein/core/ports";
import type { LocalEnvironments } from "@skein/executor/environment/local-environments";
import type { ThreadSettings } from "@skein/timeline/event";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import type { Workspaces } from "../workspace/workspaces.ts";

export function environmentOpener(environments: LocalEnvironments, workspaces: Workspaces) {
  return async (
    { tenantId, threadId }: ThreadKey,
    workspaceId: string | null,
    fence: bigint,
    settings: ThreadSettings,
  ): Promise<Environment | null> => {
    if (!settings.tools || workspaceId === null) return null;
    const workspace = await workspaces.open(tenantId, workspaceId);
    return workspace === null ? null : environments.open(workspace.directory, threadId, Number(fence));
  };
}
