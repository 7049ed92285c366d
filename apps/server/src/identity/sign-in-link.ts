import { uuidv7 } from "uuidv7";
import { type Origin, unknownOrigin } from "../audit/actor.ts";
import type { Sql } from "../database/pools.ts";
import { asNobody, type WithTenant } from "../database/with-tenant.ts";
import type { Principal } from "./principal.ts";
import { recordOpened } from "./record-session.ts";
import { hashSecret, makeSecret } from "./secret.ts";

/** Makes a link's token that signs the user in once. It is not stored and cannot be shown again. */
export function createSignInLink(
  withTenant: WithTenant,
  { tenantId, userId }: Pick<Principal, "tenantId" | "userId">,
  lifetimeSeconds: number,
): Promise<string> {
  const token = makeSecret();
  return withTenant(tenantId, async (sql) => {
    await sql`insert into sign_in_links (tenant_id, id, user_id, token_hash, expires_at)
      values (${tenantId}, ${uuidv7()}, ${userId}, ${hashSecret(token)}, clock_timestamp() + make_interval(secs => ${lifetimeSeconds}))`;
    return token;
  });
}

export type Redemption =
  | { readonly outcome: "redeemed"; readonly session: NewSession }
  /** For the server's own log; the person is told the same for all three. */
  | { readonly outcome: "unknown" | "spent" | "expired" };

export interface NewSession {
  /** The cookie's value; only its hash is stored. */
  readonly token: string;
  readonly sessionId: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly expiresAtMs: number;
}

export interface SessionRequest {
  readonly lifetimeSeconds: number;
  /** What the browser calls itself is shown in the list of sessions. */
  readonly origin?: Origin;
}

const maxUserAgentChars = 300;

/** Spends the link and opens a session in one statement: of two who come with the same link, one gets in. */
export async function redeemSignInLink(app: Sql, linkToken: string, request: SessionRequest): Promise<Redemption> {
  const token = makeSecret();
  const sessionId = uuidv7();
  const { lifetimeSeconds, origin = unknownOrigin } = request;
  const userAgent = origin.userAgent?.slice(0, maxUserAgentChars) ?? null;
  const row = await asNobody(app, async (sql) => {
    const [redeemed] = await sql<
      { outcome: Redemption["outcome"]; tenant_id: string; user_id: string; expires_at: Date }[]
    >`select * from redeem_sign_in_link(${hashSecret(linkToken)}, ${sessionId}, ${hashSecret(token)}, ${lifetimeSeconds}, ${userAgent})`;
    if (redeemed?.outcome === "redeemed") {
      await recordOpened(sql, { ...redeemed, session_id: sessionId }, "link", origin);
    }
    return redeemed;
  });
  if (row === undefined) return { outcome: "unknown" };
  if (row.outcome !== "redeemed") return { outcome: row.outcome };
  const { tenant_id: tenantId, user_id: userId } = row;
  return {
    outcome: "redeemed",
    session: { token, sessionId, tenantId, userId, expiresAtMs: row.expires_at.getTime() },
  };
}
