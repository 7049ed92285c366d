/** People whom a provider of OpenID Connect knows. Who they are is issuer and subject; an address is never who somebody is. */
import { type Origin, unknownOrigin } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Sql } from "../database/pools.ts";
import { asNobody } from "../database/with-tenant.ts";
import { emailKey } from "./email.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import { enterBySession, recordOpened } from "./record-session.ts";
import { hashSecret } from "./secret.ts";

export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  /** The provider says that it has made sure that the address is this person's. */
  readonly emailVerified: boolean;
}

export type IdentitySignIn =
  | { readonly type: "signedIn"; readonly session: OpenedSession }
  /** Nobody here is known by this identity, and nobody could be found by its address. */
  | { readonly type: "noAccount" }
  /** An account has the address, but nobody has vouched for that; its person signs in and connects the two. */
  | { readonly type: "proofNeeded" }
  | { readonly type: "noTenant" };

export async function signInByIdentity(
  app: Sql,
  identity: ExternalIdentity,
  origin: Origin = unknownOrigin,
): Promise<IdentitySignIn> {
  const draft = draftSession(origin);
  const { issuer, subject } = identity;
  return asNobody(app, async (sql): Promise<IdentitySignIn> => {
    const [row] = await sql<(Omit<OpenedRow, "outcome"> & { outcome: IdentitySignIn["type"] })[]>`
      select * from sign_in_by_identity(${issuer}, ${subject}, ${verifiedKey(identity)}, ${draft.row}::text::json)`;
    if (row === undefined) return { type: "noAccount" };
    if (row.outcome !== "signedIn") return { type: row.outcome };
    await recordOpened(sql, row, "provider", origin);
    return { type: "signedIn", session: openedSession(draft, row) };
  });
}

/** `taken`: the identity belongs to another account, or the account to another identity of the same issuer. */
export type Connection = "connected" | "taken" | "signedOut";

/** Connects the identity with the account of who is signed in. */
export async function connectIdentity(
  app: Sql,
  sessionToken: string,
  identity: ExternalIdentity,
  origin: Origin = unknownOrigin,
): Promise<Connection> {
  const { issuer, subject } = identity;
  return asNobody(app, async (sql) => {
    const by = await enterBySession(sql, sessionToken, origin);
    const [{ outcome }] = await sql<[{ outcome: Connection }]>`
      select connect_identity(${hashSecret(sessionToken)}, ${issuer}, ${subject}, ${verifiedKey(identity)}) as outcome`;
    if (by !== null && outcome === "connected") {
      await record(sql, by, { action: "identity.connected", details: { issuer } });
    }
    return outcome;
  });
}

/** Of an address for which the provider vouches; null: it does not, or names none. */
export function verifiedKey({ email, emailVerified }: ExternalIdentity): string | null {
  return emailVerified && email !== null ? emailKey(email) : null;
}
