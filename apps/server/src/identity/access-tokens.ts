import { type Right, rights } from "@skein/protocol/right";
import { uuidv7 } from "uuidv7";
import { auditBy, type Origin, unknownOrigin } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Sql, Transaction } from "../database/pools.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Principal, Role } from "./principal.ts";
import { hashSecret, makeSecret } from "./secret.ts";

/** By this secret scanners recognise a token that somebody has published. */
const tokenPrefix = "skein_pat_";
const shownChars = tokenPrefix.length + 4;

export interface AccessToken {
  readonly id: string;
  readonly name: string;
  /** The token's first characters. */
  readonly prefix: string;
  readonly createdAtMs: number;
  /** To the minute; null: never used. */
  readonly lastUsedAtMs: number | null;
  readonly scopes: readonly Right[];
  /** null: it does not end by itself. */
  readonly expiresAtMs: number | null;
}

type Holder = Pick<Principal, "tenantId" | "userId"> & Partial<Pick<Principal, "name" | "via">>;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly scopes: readonly Right[];
  readonly expires_at: Date | null;
}

export interface TokenTerms {
  readonly name: string;
  /** What it carries of its owner's rights; all of them when absent. */
  readonly scopes?: readonly Right[];
  readonly expiresAtMs?: number | null;
}

/** `secret` is what the client sends as `Authorization: Bearer`. Only its hash is stored, so it is shown now or never. */
export function createAccessToken(
  withTenant: WithTenant,
  holder: Holder,
  { name, scopes = rights, expiresAtMs = null }: TokenTerms,
  origin: Origin = unknownOrigin,
): Promise<{ readonly secret: string; readonly token: AccessToken }> {
  const secret = makeSecret(tokenPrefix);
  const { tenantId, userId } = holder;
  return withTenant(tenantId, async (sql) => {
    const [row] = await sql<[Row]>`
      insert into access_tokens (tenant_id, id, user_id, token_hash, name, prefix, scopes, expires_at)
      values (${tenantId}, ${uuidv7()}, ${userId}, ${hashSecret(secret)}, ${name}, ${secret.slice(0, shownChars)},
        ${`{${scopes.join(",")}}`}::text[], to_timestamp(${expiresAtMs}::double precision / 1000))
      returning ${columns(sql)}`;
    const details = { name, scopes: [...scopes], expiresAt: expiresAtMs };
    await record(sql, auditBy(holder, origin), { action: "token.created", subject: row.id, details });
    return { secret, token: accessToken(row) };
  });
}

/** The user's tokens that open a door, newest first. */
export function listAccessTokens(
  withTenant: WithTenant,
  { tenantId, userId }: Holder,
): Promise<readonly AccessToken[]> {
  return withTenant(tenantId, async (sql) => {
    const rows = await sql<Row[]>`
      select ${columns(sql)} from access_tokens where user_id = ${userId} and revoked_at is null
        and (expires_at is null or expires_at > clock_timestamp()) order by id desc`;
    return rows.map(accessToken);
  });
}

/** False: the user has no such token, or it was revoked before. Closing what is open under it is the caller's part. */
export function revokeAccessToken(
  withTenant: WithTenant,
  holder: Holder,
  tokenId: string,
  origin: Origin = unknownOrigin,
): Promise<boolean> {
  return withTenant(holder.tenantId, async (sql) => {
    const revoked = await sql`update access_tokens set revoked_at = clock_timestamp()
      where id::text = ${tokenId} and user_id = ${holder.userId} and revoked_at is null`;
    if (revoked.count !== 1) return false;
    await record(sql, auditBy(holder, origin), { action: "token.revoked", subject: tokenId, details: {} });
    return true;
  });
}

/** null: no such token, revoked, expired, or its user is no member of the tenant any more. */
export async function resolveAccessToken(app: Sql, secret: string): Promise<Principal | null> {
  if (!secret.startsWith(tokenPrefix)) return null;
  const [row] = await app<RecognisedRow[]>`select * from recognise_access_token(${hashSecret(secret)})`;
  if (row === undefined) return null;
  const { tenant_id: tenantId, user_id: userId, token_id: tokenId, role, name, scopes } = row;
  return { tenantId, userId, role, name, via: { type: "accessToken", tokenId, scopes } };
}

interface RecognisedRow {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly token_id: string;
  readonly role: Role;
  readonly name: string;
  readonly scopes: readonly Right[];
}

function columns(sql: Transaction) {
  return sql`id, name, prefix, created_at, last_used_at, array_to_json(scopes) as scopes, expires_at`;
}

function accessToken(row: Row): AccessToken {
  const { id, name, prefix, scopes } = row;
  return {
    ...{ id, name, prefix, scopes },
    createdAtMs: row.created_at.getTime(),
    lastUsedAtMs: row.last_used_at?.getTime() ?? null,
    expiresAtMs: row.expires_at?.getTime() ?? null,
  };
}
