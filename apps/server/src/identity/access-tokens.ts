import { uuidv7 } from "uuidv7";
import type { Sql } from "../database/pools.ts";
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
}

type Holder = Pick<Principal, "tenantId" | "userId">;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

/** `secret` is what the client sends as `Authorization: Bearer`. Only its hash is stored, so it is shown now or never. */
export function createAccessToken(
  withTenant: WithTenant,
  { tenantId, userId }: Holder,
  name: string,
): Promise<{ readonly secret: string; readonly token: AccessToken }> {
  const secret = makeSecret(tokenPrefix);
  return withTenant(tenantId, async (sql) => {
    const [row] = await sql<[Row]>`
      insert into access_tokens (tenant_id, id, user_id, token_hash, name, prefix)
      values (${tenantId}, ${uuidv7()}, ${userId}, ${hashSecret(secret)}, ${name}, ${secret.slice(0, shownChars)})
      returning id, name, prefix, created_at, last_used_at`;
    return { secret, token: accessToken(row) };
  });
}

/** The user's tokens that are not revoked, newest first. */
export function listAccessTokens(
  withTenant: WithTenant,
  { tenantId, userId }: Holder,
): Promise<readonly AccessToken[]> {
  return withTenant(tenantId, async (sql) => {
    const rows = await sql<Row[]>`
      select id, name, prefix, created_at, last_used_at from access_tokens
      where user_id = ${userId} and revoked_at is null order by id desc`;
    return rows.map(accessToken);
  });
}

/** False: the user has no such token, or it was revoked before. Closing what is open under it is the caller's part. */
export function revokeAccessToken(
  withTenant: WithTenant,
  { tenantId, userId }: Holder,
  tokenId: string,
): Promise<boolean> {
  return withTenant(tenantId, async (sql) => {
    const revoked = await sql`update access_tokens set revoked_at = clock_timestamp()
      where id::text = ${tokenId} and user_id = ${userId} and revoked_at is null`;
    return revoked.count === 1;
  });
}

/** null: no such token, revoked, or its user is no member of the tenant any more. */
export async function resolveAccessToken(app: Sql, secret: string): Promise<Principal | null> {
  if (!secret.startsWith(tokenPrefix)) return null;
  const [row] = await app<{ tenant_id: string; user_id: string; token_id: string; role: Role; name: string }[]>`
    select * from resolve_access_token(${hashSecret(secret)})`;
  if (row === undefined) return null;
  const { tenant_id: tenantId, user_id: userId, token_id: tokenId, role, name } = row;
  return { tenantId, userId, role, name, via: { type: "accessToken", tokenId } };
}

function accessToken({ id, name, prefix, created_at, last_used_at }: Row): AccessToken {
  return { id, name, prefix, createdAtMs: created_at.getTime(), lastUsedAtMs: last_used_at?.getTime() ?? null };
}
