/** A client's answer to an approval, taken to the node that runs the turn. */
import type { ApprovalOutcome } from "@skein/timeline/event";
import type { FoundApproval } from "../log/read-approvals.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { isSameAnswer } from "../thread/is-same-answer.ts";
import { actorOfCaller } from "./acting.ts";
import type { Caller } from "./owner/forwarded-request.ts";
import type { ThreadServices } from "./thread-services.ts";

export interface AnsweredApproval {
  readonly threadId: string;
  readonly approvalId: string;
}

/** False: it was decided already, and not by the same answer, or is not pending. */
export function answerApproval(
  services: ThreadServices,
  { principal, client, origin }: Caller,
  { threadId, approvalId }: AnsweredApproval,
  outcome: ApprovalOutcome,
): Promise<boolean> {
  const thread = { tenantId: principal.tenantId, threadId };
  const caller = { principal, client, origin };
  return services.owners.run({
    caller,
    thread,
    ask: { type: "approval", approvalId, outcome },
    // The first answer wins, wherever it is given, and wins again when it is repeated.
    repeatable: true,
    here: () => decideApproval(services, caller, thread, approvalId, outcome),
  });
}

/** On the node that owns the thread. */
export async function decideApproval(
  { manager, directory }: ThreadServices,
  caller: Caller,
  thread: ThreadKey,
  approvalId: string,
  outcome: ApprovalOutcome,
): Promise<boolean> {
  const host = await manager.host(thread);
  if (host?.answerApproval(approvalId, outcome, actorOfCaller(caller)) === true) return true;
  // An earlier owner may have taken this very answer, and not have been able to say so.
  const found = await directory.approval(thread.tenantId, approvalId);
  return found !== null && isAnsweredBy(found, caller, outcome);
}

/** Whether the approval was decided by this answer. */
export function isAnsweredBy(
  { outcome: counted, answeredBy }: FoundApproval,
  caller: Caller,
  outcome: ApprovalOutcome,
): boolean {
  const answer = { outcome, actor: actorOfCaller(caller) };
  return counted !== null && isSameAnswer({ outcome: counted, actor: answeredBy }, answer);
}
