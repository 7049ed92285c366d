/** The part of rebuilding projections that is about approvals, in a temporary table until the exchange. */
import type { Actor, NewThreadEvent } from "@skein/timeline/event";
import { deriveApprovals } from "@skein/timeline/project/derive-approvals";
import type { Transaction } from "../database/pools.ts";
import { encodeAppend, encodeBatch } from "./encode-append.ts";

export async function prepareApprovals(sql: Transaction): Promise<void> {
  await sql`drop table if exists pg_temp.rebuilt_approvals`;
  await sql`create temp table rebuilt_approvals (like approvals including defaults, primary key (approval_id)) on commit drop`;
}

/** `askedBy`: whose turn is open before the events. A fork has only those that were asked in it. */
export async function foldApprovals(
  sql: Transaction,
  threadId: string,
  events: readonly NewThreadEvent[],
  askedBy: Actor | null,
): Promise<void> {
  const approvals = deriveApprovals(events, askedBy);
  if (approvals.length === 0) return;
  const projection = { turns: [], items: [], thread: { preview: null, updatedAtMs: null, status: "idle" } } as const;
  const append = { threadId, fence: 0n, expectedSeq: 0, events: [], projection, approvals };
  const { approvals: lines } = encodeBatch([encodeAppend(append)]);
  await sql`
    insert into rebuilt_approvals (tenant_id, thread_id, approval_id, turn_id, item_id, request, asked_by, requested_at)
    select t.tenant_id, t.id, f[3], f[4], f[5], f[6]::json, f[7]::json, to_timestamp(f[8]::bigint / 1000.0)
    from text_rows(${lines}) join threads t on t.tenant_id = current_tenant() and t.id = f[2]::uuid
    where f[4] is not null
      and (t.forked_from_id is null or to_timestamp(f[8]::bigint / 1000.0) >= t.created_at)`;
  await sql`
    update rebuilt_approvals a set outcome = f[6]::json, answered_by = f[7]::json, resolved_at = to_timestamp(f[8]::bigint / 1000.0)
    from text_rows(${lines}) where f[4] is null and a.approval_id = f[3]`;
}

export async function exchangeApprovals(sql: Transaction, threadId: string): Promise<void> {
  await sql`delete from approvals where tenant_id = current_tenant() and thread_id = ${threadId}`;
  await sql`insert into approvals select * from rebuilt_approvals`;
}
