/**
 * Whether something the model wants may run, has to be asked about, or is refused. Pure: the caller has parsed the
 * command and looked up the grants, asks where `ask` says so, and runs under the sandbox that the verdict names.
 */
import type { ApprovalPolicy, SandboxPolicy } from "@skein/timeline/event";
import { isWritable } from "./writable-roots.ts";

export type ApprovalVerdict =
  | { readonly type: "run"; readonly sandbox: SandboxPolicy }
  | { readonly type: "ask"; readonly sandbox: SandboxPolicy; readonly reason: string | null }
  /** The model reads the message. */
  | { readonly type: "refuse"; readonly message: string };

export interface CommandQuestion {
  readonly policy: ApprovalPolicy;
  /** The thread's. */
  readonly sandbox: SandboxPolicy;
  /** All that the command does is read, as far as its words can prove it. */
  readonly isKnownSafe: boolean;
  /** The model asked to leave the sandbox. */
  readonly escalation: { readonly justification: string | null } | null;
  /** Exactly this command was allowed for the session, under the sandbox that it would run in; see `isGranted`. */
  readonly isGranted: boolean;
}

const fullAccess: SandboxPolicy = { type: "dangerFullAccess" };

export function decideCommandApproval(question: CommandQuestion): ApprovalVerdict {
  const { policy, sandbox, isKnownSafe, escalation, isGranted } = question;
  const leavesSandbox = escalation !== null && sandbox.type !== "dangerFullAccess";
  const runsIn = leavesSandbox ? fullAccess : sandbox;
  if (leavesSandbox && policy === "never") return { type: "refuse", message: refusedEscalation };
  if (isGranted) return { type: "run", sandbox: runsIn };
  const ask: ApprovalVerdict = { type: "ask", sandbox: runsIn, reason: escalation?.justification ?? null };
  if (leavesSandbox) return ask;
  switch (policy) {
    case "never":
    case "on-request":
      return { type: "run", sandbox: runsIn };
    case "untrusted":
      return isKnownSafe ? { type: "run", sandbox: runsIn } : ask;
  }
}

/** The sandbox under which a command would run, needed to look up its grant before the decision. */
export function sandboxOf(question: Pick<CommandQuestion, "sandbox" | "escalation">): SandboxPolicy {
  return question.escalation === null ? question.sandbox : fullAccess;
}

export interface PatchQuestion {
  readonly policy: ApprovalPolicy;
  readonly sandbox: SandboxPolicy;
  readonly cwd: string;
  /** Absolute; every path that the patch writes, removes or moves to. */
  readonly paths: readonly string[];
  /** Edits of these files were allowed for the session. */
  readonly isGranted: boolean;
}

export function decidePatchApproval(question: PatchQuestion): ApprovalVerdict {
  const { policy, sandbox, cwd, paths, isGranted } = question;
  const outside = paths.filter((path) => !isWritable(path, sandbox, cwd));
  const runsIn = outside.length === 0 ? sandbox : fullAccess;
  if (isGranted) return { type: "run", sandbox: runsIn };
  if (outside.length === 0) {
    return policy === "untrusted" ? { type: "ask", sandbox: runsIn, reason: null } : { type: "run", sandbox: runsIn };
  }
  const which = outside.join(", ");
  if (policy === "never") return { type: "refuse", message: `patch rejected: not writable here: ${which}` };
  return { type: "ask", sandbox: runsIn, reason: `Write outside the writable directories: ${which}` };
}

const refusedEscalation =
  "approval policy is never: nobody can be asked to let this command leave the sandbox; run it without escalation or go on without it";
