/** What the scripted model does, in the words of the journeys. */
import type { Step } from "../scripted-model/script.ts";

/** One message; `gate("x")` among its words holds back the rest. */
export function says(...deltas: readonly (string | { readonly gate: string })[]): Step {
  return { type: "say", deltas };
}

export function gate(name: string) {
  return { type: "gate", name, gate: name } as const;
}

/** A command in the thread's sandbox. */
export function runs(cmd: string): Step {
  return { type: "call", name: "exec_command", arguments: { cmd } };
}

/** A command for which the agent asks first. */
export function asksToRun(cmd: string, justification: string): Step {
  const escalation = { sandbox_permissions: "require_escalated", justification };
  return { type: "call", name: "exec_command", arguments: { cmd, ...escalation } };
}

export function patches(...lines: readonly string[]): Step {
  const input = ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
  return { type: "customCall", name: "apply_patch", input };
}

/** Questions to the person. */
export function asks(...questions: readonly object[]): Step {
  return { type: "call", name: "request_user_input", arguments: { questions } };
}

export function plans(...plan: readonly { readonly step: string; readonly status: string }[]): Step {
  return { type: "call", name: "update_plan", arguments: { plan } };
}
