/** What members of the tenant may do with a thread that is not theirs. */
import type { Right } from "@skein/protocol/right";
import type { AuditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Transaction } from "../database/pools.ts";
import { rightsUpTo } from "../identity/authorise.ts";
import type { Role } from "../identity/principal.ts";

export interface ThreadGrant {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  readonly level: Right;
  /** Of whom it comes; null: they have left the tenant. */
  readonly grantedBy: { readonly userId: string; readonly name: string } | null;
  readonly atMs: number;
}

export interface ThreadGrants {
  /** null: nobody, or somebody who has left the tenant. */
  readonly createdBy: { readonly userId: string; readonly name: string } | null;
  /** By name. */
  readonly grants: readonly ThreadGrant[];
}

/** null: there is no such thread in this tenant. */
export async function readGrants(sql: Transaction, threadId: string): Promise<ThreadGrants | null> {
  const [thread] = await sql<{ user_id: string | null; name: string | null }[]>`
    select u.id as user_id, u.name from threads t left join users u on u.id = t.created_by
    where t.tenant_id = current_tenant() and t.id = ${threadId}`;
  if (thread === undefined) return null;
  const { user_id: userId, name } = thread;
  const createdBy = userId === null || name === null ? null : { userId, name };
  return { createdBy, grants: await listGrants(sql, threadId) };
}

async function listGrants(sql: Transaction, threadId: string): Promise<readonly ThreadGrant[]> {
  const rows = await sql<
    {
      user_id: string;
      name: string;
      role: Role;
      level: Right;
      granted_by: string;
      granted_by_name: string | null;
      at: Date;
    }[]
  >`
    select g.user_id, u.name, m.role, g.level, g.granted_by, b.name as granted_by_name, g.at from thread_grants g
    join members m on m.tenant_id = g.tenant_id and m.user_id = g.user_id join users u on u.id = g.user_id
    left join users b on b.id = g.granted_by
    join threads t on t.tenant_id = g.tenant_id and t.id = g.thread_id and t.created_by is distinct from g.user_id
    where g.tenant_id = current_tenant() and g.thread_id = ${threadId} order by lower(u.name), g.user_id`;
  return rows.map(({ user_id: userId, name, role, level, granted_by, granted_by_name, at }) => {
    const grantedBy = granted_by_name === null ? null : { userId: granted_by, name: granted_by_name };
    return { userId, name, role, level, grantedBy, atMs: at.getTime() };
  });
}

/** Of everybody to whom the thread was shared. */
export async function readGuests(sql: Transaction, threadId: string): Promise<readonly string[]> {
  const rows = await sql<{ user_id: string }[]>`
    select user_id from thread_grants where tenant_id = current_tenant() and thread_id = ${threadId}`;
  return rows.map(({ user_id }) => user_id);
}

/** `same`: it was so already. `isCreator`: whose the thread is has everything, and nothing can be taken from them. */
export type GrantOutcome = "changed" | "same" | "isCreator" | "memberNotFound" | "threadNotFound";

/** `level` null: nothing any more. */
export async function setGrant(
  sql: Transaction,
  threadId: string,
  grant: { readonly userId: string; readonly level: Right | null; readonly grantedBy: string },
  by: AuditBy,
): Promise<GrantOutcome> {
  const outcome = await changeGrant(sql, threadId, grant);
  if (outcome !== "changed") return outcome;
  const { userId, level } = grant;
  const details = { rights: level === null ? [] : [...rightsUpTo(level)] };
  await record(sql, by, { action: "grant.changed", threadId, subject: userId, details });
  return outcome;
}

async function changeGrant(
  sql: Transaction,
  threadId: string,
  { userId, level, grantedBy }: Parameters<typeof setGrant>[2],
): Promise<GrantOutcome> {
  const [thread] = await sql<{ created_by: string | null }[]>`
    select created_by from threads where tenant_id = current_tenant() and id = ${threadId}`;
  if (thread === undefined) return "threadNotFound";
  if (thread.created_by === userId) return "isCreator";
  const [member] = await sql`select from members where tenant_id = current_tenant() and user_id = ${userId}`;
  if (member === undefined) return "memberNotFound";
  if (level === null) {
    const ended = await sql`
      delete from thread_grants where tenant_id = current_tenant() and thread_id = ${threadId} and user_id = ${userId} returning user_id`;
    return ended.length > 0 ? "changed" : "same";
  }
  const changed = await sql`
    insert into thread_grants as g (tenant_id, thread_id, user_id, level, granted_by)
    values (current_tenant(), ${threadId}, ${userId}, ${level}, ${grantedBy})
    on conflict (tenant_id, thread_id, user_id) do update set level = excluded.level, granted_by = excluded.granted_by, at = now()
    where g.level <> excluded.level returning g.user_id`;
  return changed.length > 0 ? "changed" : "same";
}
