/** What a person changes of their own account. It holds in all their tenants, and each is told. */
import type { AuditBy, Origin } from "../audit/actor.ts";
import { type AuditLine, record } from "../audit/record.ts";
import type { Sql, Transaction } from "../database/pools.ts";
import { asNobody, enterTenant } from "../database/with-tenant.ts";
import { emailKey } from "./email.ts";
import type { Principal } from "./principal.ts";
import { enterBySession } from "./record-session.ts";
import { hashSecret } from "./secret.ts";

export type Membership = Pick<Principal, "tenantId" | "userId">;

interface MembershipRow {
  readonly tenant_id: string;
  readonly user_id: string;
}

/** Connections that are open carry the old name: making them anew is the caller's part. null: signed out. */
export async function changeName(
  app: Sql,
  sessionToken: string,
  name: string,
  origin: Origin,
): Promise<readonly Membership[] | null> {
  return asNobody(app, async (sql) => {
    const by = await enterBySession(sql, sessionToken, origin);
    const rows = await sql<(MembershipRow & { readonly before: string })[]>`
      select * from change_own_name(${hashSecret(sessionToken)}, ${name})`;
    const [first] = rows;
    if (by === null || first === undefined) return null;
    if (first.before === name) return [];
    return recordEverywhere(sql, by, rows, { action: "name.changed", details: { from: first.before, to: name } });
  });
}

/** `taken`: by another account. `wrong`: the password has changed since, or the session has ended. */
export type EmailChange = "changed" | "taken" | "wrong";

/** `before`: the hash against which the password was right; null where there is none. */
export async function changeEmail(
  app: Sql,
  sessionToken: string,
  before: string | null,
  email: string,
  origin: Origin,
): Promise<EmailChange> {
  return asNobody(app, async (sql) => {
    const by = await enterBySession(sql, sessionToken, origin);
    const rows = await sql<(MembershipRow & { readonly outcome: EmailChange })[]>`
      select * from change_own_email(${hashSecret(sessionToken)}, ${before}, ${email}, ${emailKey(email)})`;
    const outcome = rows[0]?.outcome ?? "wrong";
    if (by !== null && outcome === "changed") {
      await recordEverywhere(sql, by, rows, { action: "email.changed", details: {} });
    }
    return outcome;
  });
}

export type AccountDeletion =
  /** What is open for them is the caller's to close. */
  | { readonly type: "deleted"; readonly memberships: readonly Membership[] }
  /** These tenants would have no owner; nothing has happened. */
  | { readonly type: "lastOwner"; readonly tenantNames: readonly string[] }
  | { readonly type: "wrong" };

/** The person leaves all their tenants; what they did there stays. `before`: as above. */
export async function deleteAccount(
  app: Sql,
  sessionToken: string,
  before: string | null,
  origin: Origin,
): Promise<AccountDeletion> {
  return asNobody(app, async (sql) => {
    const by = await enterBySession(sql, sessionToken, origin);
    const rows = await sql<
      (MembershipRow & { readonly outcome: "deleted" | "lastOwner"; readonly tenant_name: string })[]
    >`
      select * from delete_own_account(${hashSecret(sessionToken)}, ${before})`;
    const [first] = rows;
    if (by === null || first === undefined) return { type: "wrong" };
    if (first.outcome === "lastOwner") {
      return { type: "lastOwner", tenantNames: rows.map(({ tenant_name }) => tenant_name) };
    }
    return {
      type: "deleted",
      memberships: await recordEverywhere(sql, by, rows, { action: "account.deleted", details: {} }),
    };
  });
}

async function recordEverywhere(
  sql: Transaction,
  by: AuditBy,
  rows: readonly MembershipRow[],
  line: AuditLine,
): Promise<readonly Membership[]> {
  for (const { tenant_id, user_id } of rows) {
    await enterTenant(sql, tenant_id);
    await record(sql, by, { ...line, subject: user_id });
  }
  return rows.map(({ tenant_id: tenantId, user_id: userId }) => ({ tenantId, userId }));
}
