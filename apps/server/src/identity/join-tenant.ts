/** Coming into a tenant by an invitation: with a new account, or as somebody who has one. */
import { uuidv7 } from "uuidv7";
import { type Origin, unknownOrigin } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Sql, Transaction } from "../database/pools.ts";
import { asNobody } from "../database/with-tenant.ts";
import { emailKey } from "./email.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import type { Role } from "./principal.ts";
import { enterBySession, recordEnded, recordOpened } from "./record-session.ts";
import { hashSecret } from "./secret.ts";

export interface OfferedPlace {
  readonly tenantName: string;
  readonly role: Role;
  readonly invitedBy: string;
  readonly expiresAtMs: number;
}

/** null: unknown, accepted, revoked or expired; which, nobody is told. */
export async function readInvitation(app: Sql, token: string): Promise<OfferedPlace | null> {
  const [row] = await app<{ tenant_name: string; role: Role; invited_by: string; expires_at: Date }[]>`
    select * from read_invitation(${hashSecret(token)})`;
  if (row === undefined) return null;
  const { tenant_name: tenantName, role, invited_by: invitedBy, expires_at } = row;
  return { tenantName, role, invitedBy, expiresAtMs: expires_at.getTime() };
}

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  /** How the person will sign in: by a password's hash, or as somebody whom a provider of OpenID Connect knows. */
  readonly by:
    | { readonly type: "password"; readonly passwordHash: string }
    | { readonly type: "identity"; readonly issuer: string; readonly subject: string; readonly emailVerified: boolean };
}

export type Joined =
  | { readonly type: "signedIn"; readonly session: OpenedSession }
  /** The invitation opens nothing. */
  | { readonly type: "notFound" }
  /** The address, or the provider's identity, has an account: its person signs in and accepts then. Nothing was spent. */
  | { readonly type: "accountExists" };

export async function joinAsNew(
  app: Sql,
  token: string,
  { name, email, by }: NewAccount,
  origin: Origin = unknownOrigin,
): Promise<Joined> {
  const draft = draftSession(origin);
  const account = { userId: uuidv7(), name, email, emailKey: emailKey(email), ...accountBy(by) };
  return asNobody(app, async (sql): Promise<Joined> => {
    const [row] = await sql<OpenedRow[]>`
      select * from join_as_new(${hashSecret(token)}, ${JSON.stringify(account)}::text::json, ${draft.row}::text::json)`;
    if (row === undefined) return { type: "notFound" };
    if (row.outcome === "accountExists") return { type: "accountExists" };
    await recordJoined(sql, row, origin);
    return { type: "signedIn", session: openedSession(draft, row) };
  });
}

/** In the transaction in which somebody comes in by an invitation. */
export async function recordJoined(sql: Transaction, row: OpenedRow, origin: Origin): Promise<void> {
  const by = await recordOpened(sql, row, "invitation", origin);
  const [{ role }] = await sql<[{ role: Role }]>`
    select role from members where tenant_id = current_tenant() and user_id = ${row.user_id}`;
  await record(sql, by, { action: "member.joined", subject: row.user_id, details: { role } });
}

function accountBy(by: NewAccount["by"]) {
  return by.type === "password"
    ? { passwordHash: by.passwordHash, emailVerified: false, issuer: null, subject: null }
    : { passwordHash: null, emailVerified: by.emailVerified, issuer: by.issuer, subject: by.subject };
}

export type JoinedBySession =
  | { readonly type: "signedIn"; readonly session: OpenedSession }
  | { readonly type: "notFound" }
  | { readonly type: "signedOut" }
  /** The invitation is still there for somebody else. */
  | { readonly type: "alreadyMember" };

/** The session by which the person asks gives way to one in the tenant. */
export async function joinBySession(
  app: Sql,
  token: string,
  sessionToken: string,
  origin: Origin = unknownOrigin,
): Promise<JoinedBySession> {
  const draft = draftSession(origin);
  return asNobody(app, async (sql): Promise<JoinedBySession> => {
    const before = await enterBySession(sql, sessionToken, origin);
    const [row] = await sql<OpenedRow[]>`
      select * from join_by_session(${hashSecret(token)}, ${hashSecret(sessionToken)}, ${draft.row}::text::json)`;
    if (row === undefined) return { type: "notFound" };
    if (row.outcome === "signedOut" || row.outcome === "alreadyMember") return { type: row.outcome };
    if (before !== null) await recordEnded(sql, before, row.ended ?? []);
    await recordJoined(sql, row, origin);
    return { type: "signedIn", session: openedSession(draft, row) };
  });
}
