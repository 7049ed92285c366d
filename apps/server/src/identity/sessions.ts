import { type Origin, unknownOrigin } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Sql } from "../database/pools.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Principal, Role } from "./principal.ts";
import { hashSecret } from "./secret.ts";

export interface ResolvedSession {
  readonly principal: Principal;
  readonly expiresAtMs: number;
}

interface Row {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly role: Role;
  readonly name: string;
  readonly expires_at: Date;
}

/** null: unknown, revoked, expired, or its user is no member of the tenant any more. `token` is the cookie's value. */
export async function resolveSession(app: Sql, token: string): Promise<ResolvedSession | null> {
  const [row] = await app<Row[]>`select * from resolve_session(${hashSecret(token)})`;
  if (row === undefined) return null;
  const { tenant_id: tenantId, user_id: userId, session_id: sessionId, role, name } = row;
  const principal: Principal = { tenantId, userId, role, name, via: { type: "session", sessionId } };
  return { principal, expiresAtMs: row.expires_at.getTime() };
}

export interface SessionSummary {
  readonly id: string;
  readonly userAgent: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** The user's sessions that still open the door, newest first. */
export function listSessions(
  withTenant: WithTenant,
  { tenantId, userId }: Pick<Principal, "tenantId" | "userId">,
): Promise<readonly SessionSummary[]> {
  return withTenant(tenantId, async (sql) => {
    const rows = await sql<{ id: string; user_agent: string | null; created_at: Date; expires_at: Date }[]>`
      select id, user_agent, created_at, expires_at from sessions
      where user_id = ${userId} and revoked_at is null and expires_at > clock_timestamp() order by id desc`;
    return rows.map(({ id, user_agent, created_at, expires_at }) => ({
      id,
      userAgent: user_agent,
      createdAtMs: created_at.getTime(),
      expiresAtMs: expires_at.getTime(),
    }));
  });
}

/** False: the user has no such session, or it was revoked before. Closing what is open under it is the caller's part. */
export function revokeSession(
  withTenant: WithTenant,
  { tenantId, userId }: Pick<Principal, "tenantId" | "userId">,
  sessionId: string,
  origin: Origin = unknownOrigin,
): Promise<boolean> {
  return withTenant(tenantId, async (sql) => {
    const revoked = await sql`update sessions set revoked_at = clock_timestamp()
      where id = ${sessionId} and user_id = ${userId} and revoked_at is null`;
    if (revoked.count !== 1) return false;
    const by = { actor: { type: "user", userId, name: null, sessionId } as const, origin };
    await record(sql, by, { action: "signOut.done", subject: sessionId, details: {} });
    return true;
  });
}
