/** The first account of a server: by a link that its operator reads on the console, and for the tenant that is there. */
import { uuidv7 } from "uuidv7";
import { type Origin, unknownOrigin } from "../audit/actor.ts";
import type { Sql } from "../database/pools.ts";
import { asNobody, type WithTenant } from "../database/with-tenant.ts";
import { emailKey } from "./email.ts";
import type { LocalUser } from "./local-user.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import { recordOpened } from "./record-session.ts";
import { hashSecret, makeSecret } from "./secret.ts";

export async function hasAccounts(app: Sql): Promise<boolean> {
  const [row] = await app<[{ found: boolean }]>`select has_accounts() as found`;
  return row.found;
}

/** The secret of a link. It is not stored and cannot be shown again. */
export function createFirstOwnerLink(
  withTenant: WithTenant,
  { tenantId, userId }: LocalUser,
  lifetimeSeconds: number,
): Promise<string> {
  const token = makeSecret();
  return withTenant(tenantId, async (sql) => {
    await sql`insert into sign_in_links (tenant_id, id, user_id, token_hash, purpose, expires_at)
      values (${tenantId}, ${uuidv7()}, ${userId}, ${hashSecret(token)}, 'firstOwner', clock_timestamp() + make_interval(secs => ${lifetimeSeconds}))`;
    return token;
  });
}

export interface FirstOwner {
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly tenantName: string;
}

/** The local user becomes this person, and keeps threads and access tokens. null: the link opens nothing, or there is an owner already. */
export async function claimFirstOwner(
  app: Sql,
  linkToken: string,
  { name, email, passwordHash, tenantName }: FirstOwner,
  origin: Origin = unknownOrigin,
): Promise<OpenedSession | null> {
  const draft = draftSession(origin);
  const account = JSON.stringify({ name, email, emailKey: emailKey(email), passwordHash });
  return asNobody(app, async (sql) => {
    const [row] = await sql<OpenedRow[]>`
      select * from claim_first_owner(${hashSecret(linkToken)}, ${account}::text::json, ${tenantName}, ${draft.row}::text::json)`;
    if (row === undefined) return null;
    await recordOpened(sql, row, "firstOwner", origin);
    return openedSession(draft, row);
  });
}
