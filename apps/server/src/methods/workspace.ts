import { RunnerAbsent } from "@skein/executor/host/runner-host";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import { errors } from "@skein/protocol/errors";
import type { Workspace as WireWorkspace } from "@skein/protocol/methods/workspace";
import type { Workspace, Workspaces } from "../workspace/workspaces.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods = "skein/workspace/list" | "skein/workspace/create";

export function workspaceHandlers(workspaces: Workspaces): Handlers<Methods> {
  const present = (workspace: Workspace) => presentWorkspace(workspace, workspaces.absenceOf(workspace));
  return {
    "skein/workspace/list": async (_params, { principal }) => {
      const known = await workspaces.offer(principal.tenantId);
      return { data: known.map(present) };
    },
    "skein/workspace/create": async ({ name }, { principal }) => {
      const known = await workspaces.list(principal.tenantId);
      if (known.some(({ record }) => record.kind === "created" && record.name === name)) {
        refuse(errors.workspaceExists(name));
      }
      try {
        return { workspace: present(await workspaces.create(principal.tenantId, name)) };
      } catch (error) {
        if (error instanceof WorkspaceRefused)
          refuse(errors.workspaceNameInvalid(name, `is refused: ${error.message}`));
        if (error instanceof RunnerAbsent) refuse(errors.runnerAbsent(error.message));
        throw error;
      }
    },
  };
}

function presentWorkspace({ record, root }: Workspace, absence: string | null): WireWorkspace {
  const { id, name, kind, createdAtMs, runner } = record;
  return { id, name, root, origin: kind, createdAt: createdAtMs, runner: { name: runner, absence } };
}
