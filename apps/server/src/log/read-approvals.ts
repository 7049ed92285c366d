/** Approvals as the tenant's rows have them, wherever their thread is owned. */
import type { PendingApproval } from "@skein/core/thread/evolve";
import type { Actor, ApprovalOutcome, ApprovalRequest } from "@skein/timeline/event";
import type { Transaction } from "../database/pools.ts";

/** In the order in which they were asked for. Empty too when the tenant has no such thread. */
export async function readPendingApprovals(sql: Transaction, threadId: string): Promise<readonly PendingApproval[]> {
  const rows = await sql<
    { approval_id: string; turn_id: string; item_id: string; request: ApprovalRequest; requested_at: Date }[]
  >`
    select approval_id, turn_id, item_id, request, requested_at from approvals
    where tenant_id = current_tenant() and thread_id = ${threadId} and resolved_at is null order by requested_at, approval_id`;
  return rows.map((row) => ({
    approvalId: row.approval_id,
    turnId: row.turn_id,
    itemId: row.item_id,
    request: row.request,
    requestedAt: row.requested_at.getTime(),
  }));
}

export interface FoundApproval {
  readonly threadId: string;
  readonly request: ApprovalRequest;
  /** null while it is pending. */
  readonly outcome: ApprovalOutcome | null;
  /** null too when nobody answered. */
  readonly answeredBy: Actor | null;
}

/**
 * null: the tenant has no such approval. A thread that was exported and imported again has the approvals of its original under the same ids; the
 * one that waits is meant, or the original's.
 */
export async function findApproval(sql: Transaction, approvalId: string): Promise<FoundApproval | null> {
  const [row] = await sql<
    { thread_id: string; request: ApprovalRequest; outcome: ApprovalOutcome | null; answered_by: Actor | null }[]
  >`
    select thread_id, request, outcome, answered_by from approvals
    where tenant_id = current_tenant() and approval_id = ${approvalId}
    order by resolved_at is not null, thread_id limit 1`;
  if (row === undefined) return null;
  const { thread_id: threadId, request, outcome, answered_by: answeredBy } = row;
  return { threadId, request, outcome, answeredBy };
}
