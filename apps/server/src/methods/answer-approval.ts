/** A client's answer to an approval, taken to the node that runs the turn. */
import type { ApprovalOutcome } from "@skein/timeline/event";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { Caller } from "./owner/forwarded-request.ts";
import type { ThreadServices } from "./thread-services.ts";

export interface AnsweredApproval {
  readonly threadId: string;
  readonly approvalId: string;
}

/** False: it was decided already, or is not pending. */
export function answerApproval(
  services: ThreadServices,
  { principal, client }: Pick<ClientConnection, "principal" | "client">,
  { threadId, approvalId }: AnsweredApproval,
  outcome: ApprovalOutcome,
): Promise<boolean> {
  const thread = { tenantId: principal.tenantId, threadId };
  const caller = { principal, client };
  return services.owners.run({
    caller,
    thread,
    ask: { type: "approval", approvalId, outcome },
    // The first answer wins, wherever it is given.
    repeatable: true,
    here: () => decideApproval(services, caller, thread, approvalId, outcome),
  });
}

/** On the node that owns the thread. */
export async function decideApproval(
  { manager }: ThreadServices,
  { principal, client }: Caller,
  thread: ThreadKey,
  approvalId: string,
  outcome: ApprovalOutcome,
): Promise<boolean> {
  const actor = { memberId: principal.userId, clientName: client?.name ?? "" };
  const host = await manager.host(thread);
  return host?.answerApproval(approvalId, outcome, actor) ?? false;
}
