/** Whose threads are and to whom they were shared, for the question who may do what with them. */
import type { Right } from "@skein/protocol/right";
import type { Sql, Transaction } from "../database/pools.ts";
import { decideMemberRights, rightsUpTo, type ThreadAccess } from "../identity/authorise.ts";
import type { Role } from "../identity/principal.ts";

/** For this person. null: there is no such thread in this tenant. */
export async function readThreadAccess(
  sql: Transaction,
  threadId: string,
  userId: string,
): Promise<ThreadAccess | null> {
  const [row] = await sql<{ created_by: string | null; level: Right | null }[]>`
    select t.created_by, g.level from threads t
    left join thread_grants g on g.tenant_id = t.tenant_id and g.thread_id = t.id and g.user_id = ${userId}
    where t.id = ${threadId} and t.tenant_id = current_tenant()`;
  return row === undefined ? null : accessOf(row);
}

/** What this member may do with a thread now, whatever they come in by; somebody who is no member of this tenant, nothing. */
export async function readMemberRights(
  sql: Transaction,
  threadId: string,
  userId: string,
): Promise<ReadonlySet<Right>> {
  const [row] = await sql<{ role: Role; created_by: string | null; level: Right | null }[]>`
    select m.role, t.created_by, g.level from members m join threads t on t.tenant_id = m.tenant_id
    left join thread_grants g on g.tenant_id = t.tenant_id and g.thread_id = t.id and g.user_id = m.user_id
    where m.tenant_id = current_tenant() and m.user_id = ${userId} and t.id = ${threadId}`;
  return row === undefined ? new Set() : decideMemberRights({ userId, role: row.role }, accessOf(row));
}

/** Of these threads, those that the person may read, in the same order. */
export async function readReadable(
  sql: Transaction,
  threadIds: readonly string[],
  userId: string,
): Promise<readonly string[]> {
  const ids = `{${threadIds.join(",")}}`;
  const rows = await sql<{ id: string }[]>`
    select t.id from threads t where t.tenant_id = current_tenant() and t.id = any(${ids}::uuid[]) and (t.created_by = ${userId} or exists (
      select from thread_grants g where g.tenant_id = t.tenant_id and g.thread_id = t.id and g.user_id = ${userId}))`;
  const readable = new Set(rows.map(({ id }) => id));
  return threadIds.filter((id) => readable.has(id));
}

/** What was granted to this person on these threads; those on which nothing was are missing. */
export async function readGrantedRights(
  sql: Transaction,
  threadIds: readonly string[],
  userId: string,
): Promise<ReadonlyMap<string, readonly Right[]>> {
  const rows = await sql<{ thread_id: string; level: Right }[]>`
    select thread_id, level from thread_grants
    where tenant_id = current_tenant() and user_id = ${userId} and thread_id = any(${`{${threadIds.join(",")}}`}::uuid[])`;
  return new Map(rows.map(({ thread_id, level }) => [thread_id, rightsUpTo(level)]));
}

export interface Follow {
  readonly threadId: string;
  readonly userId: string;
}

/** What counts now for people who follow threads, of any tenant, in one query; threads that are gone are missing. `log`: a pool of the role `skein_log`. */
export async function readFollowerAccess(
  log: Sql,
  follows: readonly Follow[],
): Promise<readonly (Follow & { readonly access: ThreadAccess })[]> {
  const asked = JSON.stringify(follows.map(({ threadId, userId }) => [threadId, userId]));
  const rows = await log<{ thread_id: string; user_id: string; created_by: string | null; level: Right | null }[]>`
    select * from follower_access(${asked}::text::json)`;
  return rows.map((row) => ({ threadId: row.thread_id, userId: row.user_id, access: accessOf(row) }));
}

function accessOf(row: { readonly created_by: string | null; readonly level: Right | null }): ThreadAccess {
  return { createdBy: row.created_by, granted: row.level === null ? [] : rightsUpTo(row.level) };
}
