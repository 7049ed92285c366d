/** What the audit log is told of sessions, in the transaction in which they begin or end. */
import type { AuditBy, Origin } from "../audit/actor.ts";
import type { DetailsOf } from "../audit/catalogue.ts";
import { record } from "../audit/record.ts";
import type { Transaction } from "../database/pools.ts";
import { enterTenant } from "../database/with-tenant.ts";
import type { OpenedRow } from "./new-session.ts";
import { hashSecret } from "./secret.ts";

/** How somebody came in. */
export type Entrance = DetailsOf<"signIn.accepted">["by"];

/** Enters the tenant of the session, and gives who it is for. */
export async function recordOpened(sql: Transaction, row: OpenedRow, by: Entrance, origin: Origin): Promise<AuditBy> {
  const { tenant_id: tenantId, user_id: userId, session_id: sessionId } = row;
  await enterTenant(sql, tenantId);
  const person: AuditBy = { actor: { type: "user", userId, name: null, sessionId }, origin };
  await record(sql, person, { action: "signIn.accepted", subject: sessionId, details: { by } });
  return person;
}

/** Enters the tenant of the session by which somebody asks, and gives who that is. null: it opens no door. */
export async function enterBySession(sql: Transaction, sessionToken: string, origin: Origin): Promise<AuditBy | null> {
  const [row] = await sql<{ tenant_id: string; user_id: string; session_id: string; name: string }[]>`
    select * from resolve_session(${hashSecret(sessionToken)})`;
  if (row === undefined) return null;
  await enterTenant(sql, row.tenant_id);
  return { actor: { type: "user", userId: row.user_id, name: row.name, sessionId: row.session_id }, origin };
}

/** Sessions that end for another that begins are no news; those that a person ends are. */
export async function recordEnded(sql: Transaction, by: AuditBy, ended: readonly string[]): Promise<void> {
  if (ended.length === 0) return;
  const [only] = ended;
  const subject = ended.length === 1 ? (only ?? null) : null;
  await record(sql, by, { action: "session.ended", subject, details: { sessions: ended.length } });
}
