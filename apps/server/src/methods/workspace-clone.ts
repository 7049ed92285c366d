/** Workspaces of repositories. */
import { RunnerAbsent } from "@skein/executor/host/runner-host";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import { errors } from "@skein/protocol/errors";
import { mayManageWorkspace } from "../identity/authorise.ts";
import { type CloneOutcome, type CloningPorts, cloneWorkspace } from "../workspace/clone-workspace.ts";
import type { CredentialWish } from "../workspace/git-credential.ts";
import { noRoom } from "../workspace/upload-workspace.ts";
import { type Workspaces, workspaceOf } from "../workspace/workspaces.ts";
import { actingBy } from "./acting.ts";
import type { Handlers } from "./handler.ts";
import { presentWorkspace } from "./present-workspace.ts";
import { refuse } from "./request-error.ts";

export interface CloneServices extends CloningPorts {
  readonly workspaces: Workspaces;
}

export function workspaceCloneHandlers(services: CloneServices): Handlers<"skein/workspace/clone"> {
  const { workspaces } = services;
  return {
    "skein/workspace/clone": async ({ name, url, branch = null, depth = null, credentialId }, call) => {
      const wish = { name, url, branch, depth, credential: wishOf(credentialId) };
      const outcome = await cloneWorkspace(services, call.principal, actingBy(call), wish).catch(refuseFailure(name));
      const made = workspaceOf(reserved(outcome, name));
      const mayDelete = mayManageWorkspace(call.principal, made.record);
      return { workspace: { ...presentWorkspace(made, workspaces.absenceOf(made)), mayDelete, threads: 0 } };
    },
  };
}

function wishOf(credentialId: string | null | undefined): CredentialWish {
  if (credentialId === undefined) return { type: "byHost" };
  return credentialId === null ? { type: "none" } : { type: "named", id: credentialId };
}

function reserved(outcome: CloneOutcome, name: string) {
  switch (outcome.type) {
    case "reserved":
      return outcome.record;
    case "exists":
      return refuse(errors.workspaceExists(name));
    case "noRoom":
      return refuse(errors.quotaExceeded(noRoom));
    case "refused":
      return refuse(errors.cloneRefused(outcome.message));
    case "noCredential":
      return refuse(errors.gitCredentialNotFound(outcome.id));
  }
}

function refuseFailure(name: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof WorkspaceRefused) refuse(errors.workspaceNameInvalid(name, `is refused: ${error.message}`));
    if (error instanceof RunnerAbsent) refuse(errors.runnerAbsent(error.message));
    throw error;
  };
}
