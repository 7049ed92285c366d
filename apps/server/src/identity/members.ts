/** Who belongs to a tenant. */
import type { AuditBy } from "../audit/actor.ts";
import { type AuditLine, record } from "../audit/record.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Role } from "./principal.ts";

export interface Member {
  readonly userId: string;
  readonly name: string;
  /** null: the local user, who has no account. */
  readonly email: string | null;
  readonly role: Role;
  readonly joinedAtMs: number;
}

export function listMembers(withTenant: WithTenant, tenantId: string): Promise<readonly Member[]> {
  return withTenant(tenantId, async (sql) => {
    const rows = await sql<{ user_id: string; name: string; email: string | null; role: Role; created_at: Date }[]>`
      select m.user_id, u.name, a.email, m.role, m.created_at from members m join users u on u.id = m.user_id
      left join accounts a on a.user_id = m.user_id where m.tenant_id = current_tenant() order by lower(u.name), m.user_id`;
    return rows.map(({ user_id: userId, name, email, role, created_at }) => {
      return { userId, name, email, role, joinedAtMs: created_at.getTime() };
    });
  });
}

/** null: nobody of the tenant has this id. */
export function findMember(
  withTenant: WithTenant,
  tenantId: string,
  userId: string,
): Promise<Pick<Member, "userId" | "name" | "role"> | null> {
  return withTenant(tenantId, async (sql) => {
    const [row] = await sql<{ name: string; role: Role }[]>`
      select u.name, m.role from members m join users u on u.id = m.user_id
      where m.tenant_id = current_tenant() and m.user_id = ${userId}`;
    return row === undefined ? null : { userId, ...row };
  });
}

/** `lastOwner`: the tenant would be left without one. Closing what the member has open is the caller's part. */
export type MemberChange = "changed" | "unchanged" | "notFound" | "lastOwner";

/** `role`: null, the member leaves, and with them their sessions and access tokens. */
export function changeMember(
  withTenant: WithTenant,
  tenantId: string,
  userId: string,
  role: Role | null,
  by: AuditBy,
): Promise<MemberChange> {
  return withTenant(tenantId, async (sql) => {
    const [before] = await sql<{ role: Role }[]>`
      select role from members where tenant_id = current_tenant() and user_id = ${userId}`;
    if (before?.role === role) return "unchanged";
    const [row] = await sql<[{ outcome: MemberChange }]>`select change_member(${userId}, ${role}) as outcome`;
    if (row.outcome === "changed") await record(sql, by, lineOf(by, userId, role));
    return row.outcome;
  });
}

function lineOf({ actor }: AuditBy, subject: string, role: Role | null): AuditLine {
  if (role !== null) return { action: "member.roleChanged", subject, details: { role } };
  const isOwn = "userId" in actor && actor.userId === subject;
  return { action: isOwn ? "member.left" : "member.removed", subject, details: {} };
}
