/** Lines of the audit log, newest first, a page at a time. */
import type { Transaction } from "../database/pools.ts";
import type { AuditAction } from "./catalogue.ts";

export interface StoredLine {
  readonly id: string;
  readonly atMs: number;
  readonly actorType: "user" | "token" | "link" | "operator" | "system" | "nobody";
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly credentialId: string | null;
  readonly action: AuditAction;
  readonly threadId: string | null;
  readonly subject: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** The line's place: where a page after it begins. */
  readonly place: AuditPlace;
}

export interface AuditFilter {
  /** Milliseconds since the epoch; `since` is included, `until` is not. */
  readonly since?: number | null;
  readonly until?: number | null;
  /** A person, or a share link. */
  readonly actorId?: string | null;
  readonly actions?: readonly string[] | null;
  readonly threadId?: string | null;
}

/** Microseconds since the epoch, as the database counts them, and the line's id. */
export interface AuditPlace {
  readonly atUs: string;
  readonly id: string;
}

/** The latest time that `Date` knows; the database goes on for some thousand years. */
const lastMs = 8.64e15;

/** Nothing was recorded before 1970, and the database refuses times that are too early or too late for it. */
function within(ms: number): number {
  return Math.min(Math.max(ms, 0), lastMs);
}

/** Those of the transaction's tenant, after `from` where it is given. */
export async function readLines(
  sql: Transaction,
  { since, until, actorId, actions, threadId }: AuditFilter,
  from: AuditPlace | null,
  limit: number,
): Promise<readonly StoredLine[]> {
  const isSince = since == null ? sql`` : sql`and at >= to_timestamp(${within(since)}::double precision / 1000)`;
  const isUntil = until == null ? sql`` : sql`and at < to_timestamp(${within(until)}::double precision / 1000)`;
  const isActor = actorId == null ? sql`` : sql`and actor_id = ${actorId}`;
  const isAction = actions == null ? sql`` : sql`and action = any(string_to_array(${actions.join(",")}, ','))`;
  const isThread = threadId == null ? sql`` : sql`and thread_id = ${threadId}`;
  // Whole microseconds: a double holds them exactly for the next two centuries.
  const isAfter =
    from === null
      ? sql``
      : sql`and (at, id) < ('epoch'::timestamptz + ${from.atUs}::bigint * interval '1 microsecond', ${from.id}::uuid)`;
  return sql<StoredLine[]>`
    select id, extract(epoch from at)::double precision * 1000 as "atMs", actor_type as "actorType", actor_id as "actorId",
      actor_name as "actorName", credential_id as "credentialId", action, thread_id as "threadId", subject, details, address,
      user_agent as "userAgent",
      json_build_object('atUs', (extract(epoch from at) * 1000000)::bigint::text, 'id', id) as place
    from audit_lines
    where tenant_id = current_tenant() ${isSince} ${isUntil} ${isActor} ${isAction} ${isThread} ${isAfter}
    order by at desc, id desc limit ${limit}`;
}
