/** How handlers turn what a client asks for into settings, and refusals into the catalogue's errors. */
import { RunnerAbsent } from "@skein/executor/host/runner-host";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import { errors } from "@skein/protocol/errors";
import type { ParamsOf } from "@skein/protocol/methods";
import type { ThreadSettings } from "@skein/timeline/event";
import type { Principal } from "../identity/principal.ts";
import {
  decideSettings,
  decideSettingsRights,
  type RequestedSettings,
  UnsupportedSetting,
} from "../thread/decide-settings.ts";
import { WorkspaceUnusable } from "../workspace/workspace-state.ts";
import type { WorkPlace } from "../workspace/workspaces.ts";
import type { MethodCall } from "./handler.ts";
import { refuse } from "./request-error.ts";
import type { ThreadServices } from "./thread-services.ts";

/** The directory is checked before anything is changed, and so is whether the caller may change this. */
export async function changeSettings(
  services: ThreadServices,
  { principal, rights }: Pick<MethodCall, "principal" | "rights">,
  current: ThreadSettings,
  requested: RequestedSettings,
): Promise<ThreadSettings> {
  const moves = requested.cwd !== null && requested.cwd !== undefined && requested.cwd !== current.cwd;
  const cwd = moves && current.tools ? (await placeOf(services, principal, requested.cwd ?? null)).cwd : current.cwd;
  const settings = decide(current, { ...requested, cwd });
  const missing = decideSettingsRights(current, settings).find((right) => !rights.has(right));
  if (missing !== undefined) refuse(errors.forbidden(`changing these settings needs the right to ${missing}`));
  return settings;
}

type TurnSettings = Omit<RequestedSettings, "sandbox"> & Pick<ParamsOf<"turn/start">, "collaborationMode">;

/** As `turn/start` and `thread/settings/update` take them: a collaboration mode's model and effort fill in for absent ones. */
export function changeTurnSettings(
  services: ThreadServices,
  call: Pick<MethodCall, "principal" | "rights">,
  current: ThreadSettings,
  { collaborationMode, ...requested }: TurnSettings,
): Promise<ThreadSettings> {
  const { model, effort, summary, cwd, approvalPolicy, sandboxPolicy, permissions } = requested;
  return changeSettings(services, call, current, {
    model: model ?? collaborationMode?.settings.model,
    effort: effort ?? collaborationMode?.settings.reasoning_effort,
    summary,
    cwd,
    approvalPolicy,
    sandboxPolicy,
    permissions,
  });
}

export function placeOf({ workspaces }: ThreadServices, principal: Principal, cwd: string | null): Promise<WorkPlace> {
  return orRefuse(cwd ?? "", () => workspaces.placeOf(principal.tenantId, cwd));
}

/** For work in a directory that may have gone, or changed its owner, since the thread was made. */
export async function orRefuse<T>(cwd: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WorkspaceRefused) refuse(errors.cwdRefused(cwd, `is refused: ${error.message}`));
    if (error instanceof WorkspaceUnusable) refuse(errors.workspaceUnusable(error.message));
    if (error instanceof RunnerAbsent) refuse(errors.runnerAbsent(error.message));
    throw error;
  }
}

export function decide(current: ThreadSettings, requested: RequestedSettings): ThreadSettings {
  try {
    return decideSettings(current, requested);
  } catch (error) {
    if (error instanceof UnsupportedSetting) refuse(errors.unsupported(error.message));
    throw error;
  }
}
