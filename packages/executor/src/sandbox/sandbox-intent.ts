import { componentsInside, type WorkspaceDirectory } from "../workspace/workspace.ts";
import type { SandboxPolicy } from "./sandbox-policy.ts";

/** A policy lowered to what a sandbox of this machine is made of. Equal keys may share a sandbox. */
export interface SandboxIntent {
  readonly key: string;
  readonly workspaceAccess: "readOnly" | "readWrite";
  /** Git's hooks and configuration and the agent's own settings stay read-only in a writable workspace. */
  readonly protectsSettings: boolean;
  readonly temporaryDirectory: "writable" | "readOnly";
  /** Sentences about what the policy asked for and did not get. */
  readonly notices: readonly string[];
}

export function deriveSandboxIntent(policy: SandboxPolicy, workspace: WorkspaceDirectory): SandboxIntent {
  const intent = lower(policy);
  const notices = [...describeNetwork(policy), ...describeRoots(policy, workspace)];
  return { ...intent, key: JSON.stringify([intent, notices]), notices };
}

function lower(policy: SandboxPolicy): Omit<SandboxIntent, "key" | "notices"> {
  switch (policy.type) {
    case "readOnly":
      return { workspaceAccess: "readOnly", protectsSettings: false, temporaryDirectory: "writable" };
    case "workspaceWrite":
      return {
        workspaceAccess: "readWrite",
        protectsSettings: true,
        temporaryDirectory: policy.excludeSlashTmp ? "readOnly" : "writable",
      };
    case "dangerFullAccess":
      return { workspaceAccess: "readWrite", protectsSettings: false, temporaryDirectory: "writable" };
  }
}

function describeNetwork(policy: SandboxPolicy): string[] {
  if (policy.type === "dangerFullAccess" || !policy.networkAccess) return [];
  return ["network access is allowed by the policy, but this server has no way out for commands: they run without it"];
}

/** The whole workspace is writable already, so that a further root inside it adds nothing and one outside is refused. */
function describeRoots(policy: SandboxPolicy, workspace: WorkspaceDirectory): string[] {
  if (policy.type !== "workspaceWrite") return [];
  return policy.writableRoots
    .filter((root) => componentsInside(workspace, root) === null)
    .map((root) => `the writable root ${root} lies outside the workspace and was left out`);
}
