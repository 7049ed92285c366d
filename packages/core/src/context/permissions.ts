/** What the agent may do on its own and what it has to ask for, in words for the model. */
import type { ApprovalPolicy, SandboxPolicy, ThreadSettings } from "@skein/timeline/event";

/** `hasNetwork`: the tenant lets commands connect to somewhere, where their sandbox allows it. */
export function presentPermissions({ approvalPolicy, sandbox }: ThreadSettings, hasNetwork: boolean): string {
  return `<permissions>\n${presentSandbox(sandbox, hasNetwork)}\n\n${presentApprovals(approvalPolicy)}\n</permissions>`;
}

function presentSandbox(sandbox: SandboxPolicy, hasNetwork: boolean): string {
  switch (sandbox.type) {
    case "readOnly":
      return `Sandbox: read-only. Commands may read the workspace and write nothing. ${presentNetwork(sandbox.networkAccess && hasNetwork)}`;
    case "workspaceWrite": {
      const roots = ["the current directory", ...sandbox.writableRoots, ...(sandbox.excludeSlashTmp ? [] : ["/tmp"])];
      const where = `Commands may read the workspace and write below: ${roots.join(", ")}. Git's own hooks and configuration stay read-only.`;
      return `Sandbox: workspace-write. ${where} ${presentNetwork(sandbox.networkAccess && hasNetwork)}`;
    }
    case "dangerFullAccess":
      return `Sandbox: full access. Commands may read and write everything in this environment. ${presentNetwork(hasNetwork)}`;
  }
}

function presentNetwork(networkAccess: boolean): string {
  return networkAccess
    ? "The network is reachable through the HTTP proxy that the environment names (HTTP_PROXY and the like). It refuses hosts that are not allowed here, or asks a person while the command waits; a refusal says why, so do not try to get around it."
    : "There is no network.";
}

const escalation = `To run a command outside the sandbox, call the tool with \`sandbox_permissions\` set to "require_escalated" and a \`justification\`: one short question that tells the person what you want to do and why. Ask only when the task needs it: to write outside the writable directories, to use the network, or when a command that matters failed because of the sandbox. Do not ask first for what can be done inside it.`;

function presentApprovals(policy: ApprovalPolicy): string {
  switch (policy) {
    case "never":
      return "Approvals: never. Nobody can be asked. A request to leave the sandbox is refused at once, so find a way within it or say what you could not do.";
    case "on-request":
      return `Approvals: on request. Commands run in the sandbox without asking. ${escalation} If the person declines, do not try to reach the same effect another way; go on with what is possible or ask.`;
    case "untrusted":
      return `Approvals: untrusted. Commands that only read run by themselves; for everything else, edits included, the person is asked each time. ${escalation} If the person declines, do not try to reach the same effect another way.`;
  }
}
