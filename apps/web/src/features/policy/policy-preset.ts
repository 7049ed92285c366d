import type { AskForApproval, SandboxMode, SandboxPolicy } from "@skein/protocol/policy";

/** A pair of approval policy and sandbox mode under a name that says what a person gets. */
export type PolicyName = "ask-first" | "ask-when-needed" | "read-only" | "never-ask" | "full-access";

export interface PolicyPreset {
  readonly name: PolicyName;
  readonly label: string;
  readonly hint: string;
  readonly approvalPolicy: "untrusted" | "on-request" | "never";
  readonly sandbox: SandboxMode;
}

export const policyPresets: readonly PolicyPreset[] = [
  {
    name: "ask-when-needed",
    label: "Ask when needed",
    hint: "Works in its sandbox; asks before it leaves it.",
    approvalPolicy: "on-request",
    sandbox: "workspace-write",
  },
  {
    name: "ask-first",
    label: "Ask first",
    hint: "Asks before every command that is not known to be harmless.",
    approvalPolicy: "untrusted",
    sandbox: "workspace-write",
  },
  {
    name: "read-only",
    label: "Read only",
    hint: "Looks around; asks before it changes anything.",
    approvalPolicy: "on-request",
    sandbox: "read-only",
  },
  {
    name: "never-ask",
    label: "Never ask",
    hint: "Works in its sandbox; what the sandbox refuses fails.",
    approvalPolicy: "never",
    sandbox: "workspace-write",
  },
  {
    name: "full-access",
    label: "Full access",
    hint: "All of the environment, and the network as far as the team allows it, without asking.",
    approvalPolicy: "never",
    sandbox: "danger-full-access",
  },
];

export const defaultPolicy: PolicyName = "ask-when-needed";

export function presetOf(name: PolicyName): PolicyPreset {
  return policyPresets.find((preset) => preset.name === name)!;
}

const modes: Readonly<Partial<Record<SandboxPolicy["type"], SandboxMode>>> = {
  readOnly: "read-only",
  workspaceWrite: "workspace-write",
  dangerFullAccess: "danger-full-access",
};

/** The preset that a thread's settings are; null when they are none of ours. */
export function presetFor(approvalPolicy: AskForApproval, sandbox: SandboxPolicy["type"]): PolicyName | null {
  const found = policyPresets.find(
    (preset) => preset.approvalPolicy === approvalPolicy && preset.sandbox === modes[sandbox],
  );
  return found?.name ?? null;
}

/** The sandbox of a preset as `turn/start` takes it. It says nothing of the network, which stays as the thread has it. */
export function profileOf({ sandbox }: PolicyPreset): string {
  switch (sandbox) {
    case "read-only":
      return ":read-only";
    case "workspace-write":
      return ":workspace";
    case "danger-full-access":
      return ":danger-full-access";
  }
}
