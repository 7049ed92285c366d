/** People whom a provider of OpenID Connect knows. Who they are is issuer and subject; an address is never who somebody is. */
import type { Sql } from "../database/pools.ts";
import { emailKey } from "./email.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
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
  userAgent: string | null,
): Promise<IdentitySignIn> {
  const draft = draftSession(userAgent);
  const { issuer, subject } = identity;
  const [row] = await app<(Omit<OpenedRow, "outcome"> & { outcome: IdentitySignIn["type"] })[]>`
    select * from sign_in_by_identity(${issuer}, ${subject}, ${verifiedKey(identity)}, ${draft.row}::text::json)`;
  if (row === undefined) return { type: "noAccount" };
  if (row.outcome !== "signedIn") return { type: row.outcome };
  return { type: "signedIn", session: openedSession(draft, row) };
}

/** `taken`: the identity belongs to another account, or the account to another identity of the same issuer. */
export type Connection = "connected" | "taken" | "signedOut";

/** Connects the identity with the account of who is signed in. */
export async function connectIdentity(app: Sql, sessionToken: string, identity: ExternalIdentity): Promise<Connection> {
  const { issuer, subject } = identity;
  const [row] = await app<[{ outcome: Connection }]>`
    select connect_identity(${hashSecret(sessionToken)}, ${issuer}, ${subject}, ${verifiedKey(identity)}) as outcome`;
  return row.outcome;
}

function verifiedKey({ email, emailVerified }: ExternalIdentity): string | null {
  return emailVerified && email !== null ? emailKey(email) : null;
}
