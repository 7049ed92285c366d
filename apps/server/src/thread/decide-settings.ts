/** What a client's parameters make of a thread's settings. A client can choose among what Skein offers, never more. */
import { isDeepStrictEqual } from "node:util";
import type { AskForApproval, SandboxMode, SandboxPolicy as WireSandboxPolicy } from "@skein/protocol/policy";
import type { Right } from "@skein/protocol/right";
import type { ApprovalPolicy, SandboxPolicy, ThreadSettings } from "@skein/timeline/event";

/** The parts of `thread/start`, `thread/resume`, `thread/fork` and `turn/start` that change settings; null leaves as it is. */
export interface RequestedSettings {
  readonly model?: string | null | undefined;
  readonly effort?: string | null | undefined;
  readonly summary?: string | null | undefined;
  /** Resolved and allowed already. */
  readonly cwd?: string | null | undefined;
  readonly approvalPolicy?: AskForApproval | null | undefined;
  readonly sandbox?: SandboxMode | null | undefined;
  readonly sandboxPolicy?: WireSandboxPolicy | null | undefined;
  /** A permission profile's id, e.g. ":workspace". */
  readonly permissions?: string | null | undefined;
  readonly baseInstructions?: string | null | undefined;
  readonly developerInstructions?: string | null | undefined;
}

/** A setting that Skein does not have; the message names the parameter. */
export class UnsupportedSetting extends Error {
  override readonly name = "UnsupportedSetting";
}

/** `network`: commands of the tenant may connect to somewhere. */
export function defaultSandbox(network: boolean): SandboxPolicy {
  return sandboxOfMode("workspace-write", network);
}

export function decideSettings(current: ThreadSettings, requested: RequestedSettings): ThreadSettings {
  return {
    ...current,
    model: requested.model ?? current.model,
    effort: requested.effort ?? current.effort,
    summary: requested.summary ?? current.summary,
    cwd: requested.cwd ?? current.cwd,
    approvalPolicy: decideApprovalPolicy(requested.approvalPolicy) ?? current.approvalPolicy,
    sandbox: decideSandbox(current.sandbox, requested) ?? current.sandbox,
    baseInstructions: requested.baseInstructions ?? current.baseInstructions,
    developerInstructions: requested.developerInstructions ?? current.developerInstructions,
  };
}

export function sameSettings(left: ThreadSettings, right: ThreadSettings): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/**
 * The rights that a change of settings needs. What decides which commands run without a question is as good as their approval.
 */
export function decideSettingsRights(current: ThreadSettings, next: ThreadSettings): readonly Right[] {
  if (isDeepStrictEqual(current, next)) return [];
  const guards = (settings: ThreadSettings) => ({
    approvalPolicy: settings.approvalPolicy,
    sandbox: settings.sandbox,
  });
  return isDeepStrictEqual(guards(current), guards(next)) ? ["prompt"] : ["prompt", "approve"];
}

function decideApprovalPolicy(requested: AskForApproval | null | undefined): ApprovalPolicy | null {
  if (requested === null || requested === undefined) return null;
  if (typeof requested === "string") return requested;
  throw new UnsupportedSetting(
    "approvalPolicy: the granular form is not supported; use untrusted, on-request or never",
  );
}

/** What names a mode says nothing of the network, and leaves it as it is. */
export function decideSandbox(
  current: SandboxPolicy,
  requested: Pick<RequestedSettings, "sandbox" | "sandboxPolicy" | "permissions">,
): SandboxPolicy | null {
  const { sandbox, sandboxPolicy, permissions } = requested;
  if (permissions !== null && permissions !== undefined) {
    if (sandbox || sandboxPolicy) throw new UnsupportedSetting("permissions: cannot be combined with a sandbox policy");
    return sandboxOfProfile(permissions, allowsNetwork(current));
  }
  if (sandboxPolicy !== null && sandboxPolicy !== undefined) return sandboxOfWire(sandboxPolicy);
  return sandbox === null || sandbox === undefined ? null : sandboxOfMode(sandbox, allowsNetwork(current));
}

function sandboxOfWire(policy: WireSandboxPolicy): SandboxPolicy {
  if (policy.type !== "externalSandbox") return policy;
  throw new UnsupportedSetting("sandboxPolicy: externalSandbox is not offered; commands run in Skein's own sandbox");
}

function allowsNetwork(policy: SandboxPolicy): boolean {
  return policy.type === "dangerFullAccess" || policy.networkAccess;
}

function sandboxOfMode(mode: SandboxMode, networkAccess: boolean): SandboxPolicy {
  switch (mode) {
    case "read-only":
      return { type: "readOnly", networkAccess };
    case "workspace-write":
      return {
        type: "workspaceWrite",
        writableRoots: [],
        networkAccess,
        excludeTmpdirEnvVar: false,
        excludeSlashTmp: false,
      };
    case "danger-full-access":
      return { type: "dangerFullAccess" };
  }
}

const profiles: Readonly<Record<string, SandboxMode>> = {
  ":read-only": "read-only",
  ":workspace": "workspace-write",
  ":danger-full-access": "danger-full-access",
};

export const permissionProfiles = Object.keys(profiles);

function sandboxOfProfile(id: string, networkAccess: boolean): SandboxPolicy {
  const mode = profiles[id];
  if (mode === undefined) {
    throw new UnsupportedSetting(
      `permissions: unknown profile ${id}, expected one of ${permissionProfiles.join(", ")}`,
    );
  }
  return sandboxOfMode(mode, networkAccess);
}
