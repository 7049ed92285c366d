/** Puts an approval into the log, together with the item that it is about, waits for its outcome, and records that too. */
import type { Actor, ApprovalOutcome, ApprovalRequest, Question, ThreadEventBody } from "@skein/timeline/event";
import type { CommandItem, Item } from "@skein/timeline/item";
import type { NetworkRequest } from "../ports.ts";
import type { TurnScope } from "./turn-scope.ts";
import { untilAborted } from "./until-aborted.ts";

/** An approval of the item that the log holds already, from before a restart, is waited for and not asked again. */
export function askApproval(scope: TurnScope, item: Item, request: ApprovalRequest): Promise<ApprovalOutcome> {
  const { turnId } = scope.input;
  const isOpen = scope.journal.openItems.has(item.id);
  return askFor(scope, item.id, request, isOpen ? [] : [{ type: "item.started", turnId, item }], scope.signal);
}

/** The same for questions of a call, which no item stands for. `spoken`: aborted when a person says something instead of answering. */
export function askQuestions(
  scope: TurnScope,
  callId: string,
  questions: readonly Question[],
  spoken: AbortSignal,
): Promise<ApprovalOutcome> {
  const signal = AbortSignal.any([scope.signal, spoken]);
  return askFor(scope, callId, { type: "questions", questions }, [], signal);
}

/** A connection of a command that runs. Several may be asked about at once. */
export function askConnection(
  scope: TurnScope,
  item: CommandItem,
  request: NetworkRequest,
  signal: AbortSignal,
): Promise<ApprovalOutcome> {
  const { command, cwd } = item;
  const { host, port, protocol } = request;
  return ask(scope, null, item.id, { type: "network", host, port, protocol, command, cwd }, [], signal);
}

async function askFor(
  scope: TurnScope,
  itemId: string,
  request: ApprovalRequest,
  opening: readonly ThreadEventBody[],
  signal: AbortSignal,
): Promise<ApprovalOutcome> {
  return ask(scope, pendingFor(scope, itemId) ?? null, itemId, request, opening, signal);
}

/** `known`: the id under which the log holds the approval already. */
async function ask(
  scope: TurnScope,
  known: string | null,
  itemId: string,
  request: ApprovalRequest,
  opening: readonly ThreadEventBody[],
  signal: AbortSignal,
): Promise<ApprovalOutcome> {
  const { turnId } = scope.input;
  if (known === null && signal.aborted) {
    await scope.journal.emit(opening);
    return { type: "withdrawn" };
  }
  const approvalId = known ?? scope.ports.ids.uuid();
  const asked =
    known === null
      ? scope.journal.emit([...opening, { type: "approval.requested", approvalId, turnId, itemId, request }])
      : Promise.resolve();
  // Listening before the question is visible, so that no answer can come too early.
  const answered = decisionOrWithdrawal(scope, approvalId, signal);
  await asked;
  const { outcome, actor } = await answered;
  await scope.journal.emit([{ type: "approval.resolved", approvalId, turnId, itemId, outcome, actor }]);
  if (outcome.type === "decided" && outcome.decision === "cancel") scope.interrupt();
  return outcome;
}

function pendingFor(scope: TurnScope, itemId: string): string | undefined {
  const pending = [...scope.input.state().pendingApprovals.values()];
  return pending.find((approval) => approval.itemId === itemId && approval.request.type !== "network")?.approvalId;
}

async function decisionOrWithdrawal(
  { ports }: TurnScope,
  approvalId: string,
  signal: AbortSignal,
): Promise<{ outcome: ApprovalOutcome; actor: Actor | null }> {
  const withdrawn = { outcome: { type: "withdrawn" }, actor: null } as const;
  const answer = ports.approvals.decision(approvalId, signal).catch((error: unknown) => {
    if (signal.aborted) return withdrawn;
    const message = error instanceof Error ? error.message : String(error);
    return { outcome: { type: "failed", message }, actor: null } as const;
  });
  return (await untilAborted(answer, signal)) ?? withdrawn;
}
