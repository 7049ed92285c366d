/** What the demo model has decided to send: the parts of one response, before they become a stream of events. */

export type ReplyPart =
  | { readonly type: "reasoning"; readonly summary: string }
  | {
      readonly type: "message";
      readonly text: string;
      readonly phase: "commentary" | "final_answer";
      /** How many times slower than usual it is written. */
      readonly slowness: number;
    }
  | { readonly type: "functionCall"; readonly name: string; readonly arguments: string }
  | { readonly type: "customCall"; readonly name: string; readonly input: string };

export interface Reply {
  readonly parts: readonly ReplyPart[];
  /** Set: the response breaks off within its last message and fails. */
  readonly failure: { readonly code: "invalid_prompt"; readonly message: string } | null;
}

export type PlanStatus = "pending" | "in_progress" | "completed";

export function reply(...parts: readonly ReplyPart[]): Reply {
  return { parts, failure: null };
}

export function think(summary: string): ReplyPart {
  return { type: "reasoning", summary };
}

/** Said on the way; work follows. */
export function remark(text: string): ReplyPart {
  return { type: "message", text, phase: "commentary", slowness: 1 };
}

export function answer(text: string, slowness = 1): ReplyPart {
  return { type: "message", text, phase: "final_answer", slowness };
}

export interface CommandOptions {
  /** Asks to run outside the sandbox's policy, for this reason. */
  readonly justification?: string;
  /** How long the call may wait for the command's end. */
  readonly yieldTimeMs?: number;
}

export function runCommand(command: string, options: CommandOptions = {}): ReplyPart {
  const escalation =
    options.justification === undefined
      ? {}
      : { sandbox_permissions: "require_escalated", justification: options.justification };
  const waiting = options.yieldTimeMs === undefined ? {} : { yield_time_ms: options.yieldTimeMs };
  // No login shell: what somebody's profile prints would be taken for the command's output.
  return functionCall("exec_command", { cmd: command, login: false, ...escalation, ...waiting });
}

/** Waits for more output of a command that went to the background. */
export function awaitOutput(sessionId: string): ReplyPart {
  const id = /^\d+$/.test(sessionId) ? Number(sessionId) : sessionId;
  return functionCall("write_stdin", { session_id: id, chars: "", yield_time_ms: 10_000 });
}

export function updatePlan(steps: readonly (readonly [string, PlanStatus])[]): ReplyPart {
  return functionCall("update_plan", { plan: steps.map(([step, status]) => ({ step, status })) });
}

export function askPerson(questions: readonly object[]): ReplyPart {
  return functionCall("request_user_input", { questions });
}

export function applyPatch(patch: string): ReplyPart {
  return { type: "customCall", name: "apply_patch", input: patch };
}

function functionCall(name: string, parameters: Readonly<Record<string, unknown>>): ReplyPart {
  return { type: "functionCall", name, arguments: JSON.stringify(parameters) };
}
