/** What a person does with their own account. It crosses tenants, so each is asked for with the session's token itself. */
import { uuidv7 } from "uuidv7";
import { type Origin, unknownOrigin } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Sql } from "../database/pools.ts";
import { asNobody } from "../database/with-tenant.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import type { Role } from "./principal.ts";
import { enterBySession, recordEnded, recordOpened } from "./record-session.ts";
import { hashSecret } from "./secret.ts";

export interface OwnAccount {
  readonly name: string;
  readonly email: string;
  readonly emailKey: string;
  readonly emailVerified: boolean;
  /** Never to be shown. null: the person signs in elsewhere only. */
  readonly passwordHash: string | null;
  /** Issuers of OpenID Connect by which the person is known. */
  readonly issuers: readonly string[];
}

/** null: signed out, or the local user, who has no account. */
export async function readOwnAccount(app: Sql, sessionToken: string): Promise<OwnAccount | null> {
  const [row] = await app<
    {
      name: string;
      email: string;
      email_key: string;
      email_verified: boolean;
      password_hash: string | null;
      issuers: readonly string[];
    }[]
  >`select * from account_of(${hashSecret(sessionToken)})`;
  if (row === undefined) return null;
  const { name, email, email_key, email_verified, password_hash, issuers } = row;
  return { name, email, emailKey: email_key, emailVerified: email_verified, passwordHash: password_hash, issuers };
}

/**
 * All other sessions end; gives their ids, whose connections are the caller's to close. `before`: the hash against which the old
 * password was right. null: it is not that any more.
 */
export async function changePassword(
  app: Sql,
  sessionToken: string,
  before: string | null,
  passwordHash: string,
  origin: Origin = unknownOrigin,
): Promise<readonly string[] | null> {
  return asNobody(app, async (sql) => {
    const by = await enterBySession(sql, sessionToken, origin);
    const [{ ended }] = await sql<[{ ended: readonly string[] | null }]>`
      select change_password(${hashSecret(sessionToken)}, ${before}, ${passwordHash}) as ended`;
    if (by !== null && ended !== null) {
      await record(sql, by, { action: "password.changed", details: { sessionsEnded: ended.length } });
    }
    return ended;
  });
}

export interface OwnSession {
  readonly id: string;
  readonly tenantName: string;
  readonly userAgent: string | null;
  readonly createdAtMs: number;
  /** To the minute; null: not since it was opened. */
  readonly seenAtMs: number | null;
  readonly expiresAtMs: number;
  /** Whether it is the one that asks. */
  readonly isCurrent: boolean;
}

interface SessionRow {
  readonly id: string;
  readonly tenant_name: string;
  readonly user_agent: string | null;
  readonly created_at: Date;
  readonly seen_at: Date | null;
  readonly expires_at: Date;
  readonly current: boolean;
}

/** The person's sessions in all their tenants, newest first. */
export async function listOwnSessions(app: Sql, sessionToken: string): Promise<readonly OwnSession[]> {
  const rows = await app<SessionRow[]>`select * from sessions_of(${hashSecret(sessionToken)})`;
  return rows.map((row) => ({
    id: row.id,
    tenantName: row.tenant_name,
    userAgent: row.user_agent,
    createdAtMs: row.created_at.getTime(),
    seenAtMs: row.seen_at?.getTime() ?? null,
    expiresAtMs: row.expires_at.getTime(),
    isCurrent: row.current,
  }));
}

/** One of the person's sessions, or all but this. Gives the ids of those that ended; closing what is open under them is the caller's part. */
export async function endOwnSessions(
  app: Sql,
  sessionToken: string,
  which: { readonly id: string } | "others",
  origin: Origin = unknownOrigin,
): Promise<readonly string[]> {
  const id = which === "others" ? null : which.id;
  return asNobody(app, async (sql) => {
    const by = await enterBySession(sql, sessionToken, origin);
    const [{ ended }] = await sql<[{ ended: readonly string[] }]>`
      select end_sessions(${hashSecret(sessionToken)}, ${id}) as ended`;
    if (by !== null) await recordEnded(sql, by, ended);
    return ended;
  });
}

export interface OwnTenant {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Whether the session that asks belongs to it. */
  readonly isCurrent: boolean;
}

export async function listOwnTenants(app: Sql, sessionToken: string): Promise<readonly OwnTenant[]> {
  const rows = await app<{ tenant_id: string; name: string; role: Role; current: boolean }[]>`
    select * from tenants_of(${hashSecret(sessionToken)})`;
  return rows.map(({ tenant_id: id, name, role, current }) => ({ id, name, role, isCurrent: current }));
}

/** null: the person does not belong to that tenant, or there is none. */
export async function switchTenant(
  app: Sql,
  sessionToken: string,
  tenantId: string,
  origin: Origin = unknownOrigin,
): Promise<OpenedSession | null> {
  const draft = draftSession(origin);
  return asNobody(app, async (sql) => {
    const before = await enterBySession(sql, sessionToken, origin);
    const [row] = await sql<OpenedRow[]>`
      select * from switch_tenant(${hashSecret(sessionToken)}, ${tenantId}, ${draft.row}::text::json)`;
    if (row === undefined) return null;
    if (before !== null) await recordEnded(sql, before, row.ended ?? []);
    await recordOpened(sql, row, "otherTenant", origin);
    return openedSession(draft, row);
  });
}

/** Makes a tenant that the person owns, and takes the session there. null: only who owns a tenant may make another. */
export async function foundTenant(
  app: Sql,
  sessionToken: string,
  name: string,
  origin: Origin = unknownOrigin,
): Promise<OpenedSession | null> {
  const draft = draftSession(origin);
  return asNobody(app, async (sql) => {
    const before = await enterBySession(sql, sessionToken, origin);
    const [row] = await sql<OpenedRow[]>`
      select * from found_tenant(${hashSecret(sessionToken)}, ${uuidv7()}, ${name}, ${draft.row}::text::json)`;
    if (row === undefined) return null;
    if (before !== null) await recordEnded(sql, before, row.ended ?? []);
    const by = await recordOpened(sql, row, "newTenant", origin);
    await record(sql, by, { action: "tenant.created", details: { name } });
    return openedSession(draft, row);
  });
}
