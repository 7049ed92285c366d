/** The environment in which a thread's commands run, opened for each turn; nothing starts before the first command. */
import type { Environment } from "@skein/core/ports";
import type { Waiting } from "@skein/executor/host/runner-host";
import type { ThreadSettings } from "@skein/timeline/event";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import type { Runners } from "../workspace/runners.ts";
import type { Workspaces } from "../workspace/workspaces.ts";

export function environmentOpener(runners: Runners, workspaces: Workspaces) {
  return async (
    { tenantId, threadId }: ThreadKey,
    workspaceId: string | null,
    fence: bigint,
    settings: ThreadSettings,
    waiting: Omit<Waiting, "known">,
  ): Promise<Environment | null> => {
    if (!settings.tools || workspaceId === null) return null;
    const home = await workspaces.homeOf(tenantId, workspaceId);
    if (home === null) return null;
    const { runner, workspace, known } = home;
    const opening = { workspace, threadId, fence: Number(fence) };
    const environment = await runners.open(runner, opening, { ...waiting, known });
    await workspaces.noteFacts(tenantId, workspaceId, known, environment.info);
    return environment;
  };
}
