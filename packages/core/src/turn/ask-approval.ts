/** Puts an approval into the log, together with the item that it is about, waits for its outcome, and records that too. */
import type { Actor, ApprovalOutcome, ApprovalRequest, ThreadEventBody } from "@skein/timeline/event";
import type { Item } from "@skein/timeline/item";
import type { TurnScope } from "./turn-scope.ts";
import { untilAborted } from "./until-aborted.ts";

/** An approval of the item that the log holds already, from before a restart, is waited for and not asked again. */
export async function askApproval(scope: TurnScope, item: Item, request: ApprovalRequest): Promise<ApprovalOutcome> {
  const { turnId } = scope.input;
  const itemId = item.id;
  const opening: ThreadEventBody[] = scope.journal.openItems.has(itemId)
    ? []
    : [{ type: "item.started", turnId, item }];
  const known = pendingFor(scope, itemId);
  if (known === undefined && scope.signal.aborted) {
    await scope.journal.emit(opening);
    return { type: "withdrawn" };
  }
  const approvalId = known ?? scope.ports.ids.uuid();
  const asked =
    known === undefined
      ? scope.journal.emit([...opening, { type: "approval.requested", approvalId, turnId, itemId, request }])
      : Promise.resolve();
  // Listening before the question is visible, so that no answer can come too early.
  const answered = decisionOrWithdrawal(scope, approvalId);
  await asked;
  const { outcome, actor } = await answered;
  await scope.journal.emit([{ type: "approval.resolved", approvalId, turnId, itemId, outcome, actor }]);
  if (outcome.type === "decided" && outcome.decision === "cancel") scope.interrupt();
  return outcome;
}

function pendingFor(scope: TurnScope, itemId: string): string | undefined {
  const pending = [...scope.input.state().pendingApprovals.values()];
  return pending.find((approval) => approval.itemId === itemId)?.approvalId;
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
