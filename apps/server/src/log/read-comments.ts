/** What people said to each other in a thread, found by an index that holds nothing else. */
import type { Transaction } from "../database/pools.ts";

export interface KnownComment {
  readonly turnId: string;
  readonly memberId: string | null;
  readonly isDeleted: boolean;
}

/** null: the thread never had such a comment. */
export async function readComment(sql: Transaction, threadId: string, commentId: string): Promise<KnownComment | null> {
  const rows = await sql<{ type: string; turn_id: string; member_id: string | null }[]>`
    select e.type, e.payload ->> 'turnId' as turn_id, e.payload -> 'actor' ->> 'memberId' as member_id from thread_events e
    where e.tenant_id = current_tenant() and e.thread_id = ${threadId} and e.type like 'comment.%'
      and e.payload ->> 'commentId' = ${commentId} order by e.seq`;
  const [added, deleted] = rows;
  if (added === undefined) return null;
  return { turnId: added.turn_id, memberId: added.member_id, isDeleted: deleted !== undefined };
}

export interface CommentedTurn {
  readonly turnId: string;
  readonly startedSeq: number;
}

export async function countComments(sql: Transaction, threadId: string): Promise<number> {
  const [row] = await sql<[{ count: bigint }]>`
    select count(*) as count from thread_events e
    where e.tenant_id = current_tenant() and e.thread_id = ${threadId} and e.type like 'comment.%' and e.type = 'comment.added'`;
  return Number(row.count);
}

/** The turn that is asked for, or the newest one. null: there is none. */
export async function readCommentedTurn(
  sql: Transaction,
  threadId: string,
  turnId: string | null,
): Promise<CommentedTurn | null> {
  const [row] = await sql<{ turn_id: string; ordinal: bigint }[]>`
    select u.turn_id, u.ordinal from turns u
    where u.tenant_id = current_tenant() and u.thread_id = ${threadId} and (${turnId}::text is null or u.turn_id = ${turnId})
    order by u.ordinal desc limit 1`;
  return row === undefined ? null : { turnId: row.turn_id, startedSeq: Number(row.ordinal) };
}
