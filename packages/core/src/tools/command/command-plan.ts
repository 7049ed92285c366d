import { posix } from "node:path";
import type { ApprovalRequest } from "@skein/timeline/event";
import { type ApprovalVerdict, decideCommandApproval, sandboxOf } from "../../approval/decide-approval.ts";
import { isGranted } from "../../approval/session-grants.ts";
import type { ToolContext } from "../tool.ts";
import { deriveCommandActions } from "./command-actions.ts";
import type { ExecCommandArguments } from "./command-arguments.ts";
import { isKnownSafe } from "./known-safe.ts";
import type { ParsedScript } from "./script.ts";
import { joinWords } from "./shell-quote.ts";

/** What a call to run a command comes to, before anything happens. */
export interface CommandPlan {
  readonly request: Extract<ApprovalRequest, { type: "command" }>;
  readonly verdict: ApprovalVerdict;
}

export function commandDirectory(args: ExecCommandArguments, context: ToolContext): string {
  return posix.resolve(context.settings.cwd, args.workdir ?? ".");
}

export function planCommand(args: ExecCommandArguments, script: ParsedScript, context: ToolContext): CommandPlan {
  const { settings, environment } = context;
  const escalation =
    args.sandbox_permissions === "require_escalated" ? { justification: args.justification ?? null } : null;
  const sandbox = sandboxOf({ sandbox: settings.sandbox, escalation });
  const cwd = commandDirectory(args, context);
  const argv = [args.shell ?? environment.info.shell, args.login === false ? "-c" : "-lc", args.cmd];
  const request: CommandPlan["request"] = {
    type: "command",
    argv,
    command: joinWords(argv),
    cwd,
    actions: deriveCommandActions(args.cmd, script.commands, cwd),
    reason: escalation?.justification ?? null,
    sandbox,
  };
  const verdict = decideCommandApproval({
    policy: settings.approvalPolicy,
    sandbox: settings.sandbox,
    // Another shell may read the same text otherwise.
    isKnownSafe: args.shell === undefined && isKnownSafe(script.commands),
    escalation,
    isGranted: isGranted(context.grants(), request),
  });
  return { request, verdict };
}
