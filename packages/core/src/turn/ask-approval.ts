/** Puts an approval into the log, waits for its outcome, and records that too. */
import type { Actor, ApprovalOutcome, ApprovalRequest } from "@skein/timeline/event";
import type { TurnScope } from "./turn-scope.ts";
import { untilAborted } from "./until-aborted.ts";

export async function askApproval(
  scope: TurnScope,
  itemId: string,
  request: ApprovalRequest,
): Promise<ApprovalOutcome> {
  const { turnId } = scope.input;
  if (scope.signal.aborted) return { type: "withdrawn" };
  const approvalId = scope.ports.ids.uuid();
  const asked = scope.journal.emit([{ type: "approval.requested", approvalId, turnId, itemId, request }]);
  // Listening before the question is visible, so that no answer can come too early.
  const answered = decisionOrWithdrawal(scope, approvalId);
  await asked;
  const { outcome, actor } = await answered;
  await scope.journal.emit([{ type: "approval.resolved", approvalId, turnId, itemId, outcome, actor }]);
  if (outcome.type === "decided" && outcome.decision === "cancel") scope.interrupt();
  return outcome;
}

async function decisionOrWithdrawal(
  scope: TurnScope,
  approvalId: string,
): Promise<{ outcome: ApprovalOutcome; actor: Actor | null }> {
  const withdrawn = { outcome: { type: "withdrawn" }, actor: null } as const;
  const answer = scope.ports.approvals.decision(approvalId, scope.signal).catch((error: unknown) => {
    if (scope.signal.aborted) return withdrawn;
    const message = error instanceof Error ? error.message : String(error);
    return { outcome: { type: "failed", message }, actor: null } as const;
  });
  return (await untilAborted(answer, scope.signal)) ?? withdrawn;
}
