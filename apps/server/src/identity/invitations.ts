/** Invitations into a tenant: whoever has the link comes in by it, once, with the role that it was made for. */
import { uuidv7 } from "uuidv7";
import type { AuditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Principal, Role } from "./principal.ts";
import { hashSecret, makeSecret } from "./secret.ts";

export interface Invitation {
  readonly id: string;
  readonly role: Role;
  /** For whom it is meant, in the words of who made it. */
  readonly note: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

interface Row {
  readonly id: string;
  readonly role: Role;
  readonly note: string;
  readonly created_at: Date;
  readonly expires_at: Date;
}

export interface InvitationTerms {
  readonly role: Role;
  readonly note: string;
  readonly lifetimeSeconds: number;
}

const daySeconds = 24 * 60 * 60;

/** `token`: the secret of the link. Only its hash is stored, so it is shown now or never. */
export function createInvitation(
  withTenant: WithTenant,
  { tenantId, userId }: Pick<Principal, "tenantId" | "userId">,
  { role, note, lifetimeSeconds }: InvitationTerms,
  by: AuditBy,
): Promise<{ readonly token: string; readonly invitation: Invitation }> {
  const token = makeSecret();
  return withTenant(tenantId, async (sql) => {
    const [row] = await sql<[Row]>`
      insert into invitations (tenant_id, id, token_hash, role, note, created_by, expires_at)
      values (${tenantId}, ${uuidv7()}, ${hashSecret(token)}, ${role}, ${note}, ${userId},
        clock_timestamp() + make_interval(secs => ${lifetimeSeconds}))
      returning id, role, note, created_at, expires_at`;
    const details = { role, days: lifetimeSeconds / daySeconds };
    await record(sql, by, { action: "invitation.created", subject: row.id, details });
    return { token, invitation: invitationOf(row) };
  });
}

/** Those that can still be accepted, newest first. */
export function listInvitations(withTenant: WithTenant, tenantId: string): Promise<readonly Invitation[]> {
  return withTenant(tenantId, async (sql) => {
    const rows = await sql<Row[]>`
      select id, role, note, created_at, expires_at from invitations
      where accepted_at is null and revoked_at is null and expires_at > clock_timestamp() order by id desc`;
    return rows.map(invitationOf);
  });
}

/** False: the tenant has no such invitation, or it cannot be accepted any more. */
export function revokeInvitation(
  withTenant: WithTenant,
  tenantId: string,
  invitationId: string,
  by: AuditBy,
): Promise<boolean> {
  return withTenant(tenantId, async (sql) => {
    const revoked = await sql`update invitations set revoked_at = clock_timestamp()
      where id::text = ${invitationId} and accepted_at is null and revoked_at is null and expires_at > clock_timestamp()`;
    if (revoked.count !== 1) return false;
    await record(sql, by, { action: "invitation.revoked", subject: invitationId, details: {} });
    return true;
  });
}

function invitationOf({ id, role, note, created_at, expires_at }: Row): Invitation {
  return { id, role, note, createdAtMs: created_at.getTime(), expiresAtMs: expires_at.getTime() };
}
