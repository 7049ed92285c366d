import type { SandboxPolicy } from "@skein/protocol/policy";

export interface NetworkView {
  readonly sandboxPolicy: SandboxPolicy;
  /** What the team allows; null as long as nobody has said. */
  readonly team: "off" | "listed" | "ask" | null;
  /** Why the last change did not happen. */
  readonly problem: string | null;
}

const teamWords = {
  listed: "Commands reach the hosts on the team's list.",
  ask: "Commands reach the hosts on the team's list, and ask for others.",
} as const;

/** The switch narrows what the team allows, and never widens it. */
export function presentNetwork({ sandboxPolicy, team, problem }: NetworkView) {
  const isOn = allowsNetwork(sandboxPolicy);
  if (problem !== null) return { isOn, hint: problem, disabled: false };
  if (team === "off") return { isOn: false, hint: "It is off for the whole team.", disabled: true };
  if (sandboxPolicy.type === "dangerFullAccess") {
    return { isOn: true, hint: "Full access includes what the team allows.", disabled: true };
  }
  if (!isOn) return { isOn, hint: "Commands of this thread reach nothing outside.", disabled: team === null };
  return { isOn, hint: team === null ? "As far as the team allows it." : teamWords[team], disabled: team === null };
}

/** null: the network of such a sandbox is not for the thread to say. */
export function withNetwork(policy: SandboxPolicy, networkAccess: boolean): SandboxPolicy | null {
  return policy.type === "readOnly" || policy.type === "workspaceWrite" ? { ...policy, networkAccess } : null;
}

function allowsNetwork(policy: SandboxPolicy): boolean {
  if (policy.type === "dangerFullAccess") return true;
  return policy.type === "externalSandbox" ? policy.networkAccess === "enabled" : policy.networkAccess;
}
