/** Accepting an invitation as somebody whom a provider of OpenID Connect knows: with the account that they have, else with a new one. */
import { type Origin, unknownOrigin } from "../audit/actor.ts";
import type { Sql } from "../database/pools.ts";
import { asNobody } from "../database/with-tenant.ts";
import { type ExternalIdentity, verifiedKey } from "./external-identity.ts";
import { joinAsNew, recordJoined } from "./join-tenant.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import { recordOpened } from "./record-session.ts";
import { hashSecret } from "./secret.ts";

export type JoinedByIdentity =
  | { readonly type: "signedIn"; readonly session: OpenedSession }
  /** The invitation opens nothing. */
  | { readonly type: "notFound" }
  /** An account has the address, and that it is this person's nobody has vouched for: its password would. Nothing was spent. */
  | { readonly type: "proofNeeded" }
  /** The provider tells no address for a new account. */
  | { readonly type: "noEmail" };

type Known = Exclude<JoinedByIdentity, { readonly type: "noEmail" }> | { readonly type: "noAccount" };

export async function joinByIdentity(
  app: Sql,
  token: string,
  identity: ExternalIdentity,
  origin: Origin = unknownOrigin,
): Promise<JoinedByIdentity> {
  const known = await joinKnown(app, token, identity, origin);
  if (known.type !== "noAccount") return known;
  const { email, emailVerified, issuer, subject } = identity;
  if (email === null) return { type: "noEmail" };
  const by = { type: "identity", issuer, subject, emailVerified } as const;
  const joined = await joinAsNew(app, token, { name: identity.name ?? email, email, by }, origin);
  return joined.type === "accountExists" ? { type: "proofNeeded" } : joined;
}

async function joinKnown(app: Sql, token: string, identity: ExternalIdentity, origin: Origin): Promise<Known> {
  const draft = draftSession(origin);
  const { issuer, subject } = identity;
  return asNobody(app, async (sql): Promise<Known> => {
    const [row] = await sql<(Omit<OpenedRow, "outcome"> & { outcome: Known["type"] | "alreadyMember" })[]>`
      select * from join_by_identity(
        ${hashSecret(token)}, ${issuer}, ${subject}, ${verifiedKey(identity)}, ${draft.row}::text::json)`;
    if (row === undefined) return { type: "notFound" };
    switch (row.outcome) {
      case "signedIn":
        await recordJoined(sql, row, origin);
        return { type: "signedIn", session: openedSession(draft, row) };
      case "alreadyMember":
        await recordOpened(sql, row, "provider", origin);
        return { type: "signedIn", session: openedSession(draft, row) };
      default:
        return { type: row.outcome };
    }
  });
}
