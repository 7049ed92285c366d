import { componentsInside, type WorkspaceDirectory } from "../workspace/workspace.ts";
import type { SandboxPolicy } from "./sandbox-policy.ts";

/** A policy lowered to what a sandbox of this machine is made of. Equal keys may share a sandbox. */
export interface SandboxIntent {
  readonly key: string;
  readonly workspaceAccess: "readOnly" | "readWrite";
  /** Git's hooks and configuration and the agent's own settings stay read-only in a writable workspace. */
  readonly protectsSettings: boolean;
  readonly temporaryDirectory: "writable" | "readOnly";
  /** It has a way out, which decides about every connection. */
  readonly network: boolean;
  /** Sentences about what the policy asked for and did not get. */
  readonly notices: readonly string[];
}

/** `network`: somebody decides about the connections of what is to run; without that there are none, whatever the policy allows. */
export function deriveSandboxIntent(
  policy: SandboxPolicy,
  workspace: WorkspaceDirectory,
  network: boolean,
): SandboxIntent {
  const intent = { ...lower(policy), network: network && allowsNetwork(policy) };
  const notices = describeRoots(policy, workspace);
  return { ...intent, key: JSON.stringify([intent, notices]), notices };
}

function allowsNetwork(policy: SandboxPolicy): boolean {
  return policy.type === "dangerFullAccess" || policy.networkAccess;
}

function lower(policy: SandboxPolicy): Omit<SandboxIntent, "key" | "notices" | "network"> {
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

/** The whole workspace is writable already, so that a further root inside it adds nothing and one outside is refused. */
function describeRoots(policy: SandboxPolicy, workspace: WorkspaceDirectory): string[] {
  if (policy.type !== "workspaceWrite") return [];
  return policy.writableRoots
    .filter((root) => componentsInside(workspace, root) === null)
    .map((root) => `the writable root ${root} lies outside the workspace and was left out`);
}
