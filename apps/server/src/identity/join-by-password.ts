/**
 * Accepting an invitation with an e-mail address and a password: those of an account that there is, or of one that is made. Which
 * it was to be, nobody says beforehand, and whoever has an invitation learns of an address only that it and a password do not go
 * together, as at the sign-in, and under the same limits.
 */
import type { Origin } from "../audit/actor.ts";
import type { Sql } from "../database/pools.ts";
import { asNobody } from "../database/with-tenant.ts";
import { type FoundByPassword, findByPassword, type PasswordTry } from "./find-by-password.ts";
import { joinAsNew, readInvitation, recordJoined } from "./join-tenant.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import type { Passwords } from "./password.ts";
import { hashSecret } from "./secret.ts";
import { addressBucket, giveAttemptsBack, takeAttempts } from "./sign-in-attempts.ts";

export interface Joining extends PasswordTry {
  /** The invitation's. */
  readonly token: string;
  /** Of the account that is made; null: there is to be one already. */
  readonly name: string | null;
  readonly origin: Origin;
}

export type JoinedByPassword =
  /** `deviceToken`: by which the browser is known from now on; null: as before. */
  | { readonly type: "signedIn"; readonly session: OpenedSession; readonly deviceToken: string | null }
  | { readonly type: "notFound" }
  /** The address has an account and this is not its password, or has none and none was to be made. Nothing was spent. */
  | { readonly type: "wrong" }
  /** The invitation is still there for somebody else. */
  | { readonly type: "alreadyMember" }
  | { readonly type: "tooOften"; readonly retryAfterSeconds: number };

/** Rejects with `PasswordsBusy`. */
export async function joinByPassword(app: Sql, passwords: Passwords, joining: Joining): Promise<JoinedByPassword> {
  const { token, name, email, password, origin } = joining;
  // Without an invitation nothing is told of any address.
  if ((await readInvitation(app, token)) === null) {
    const wait = await takeAttempts(app, [addressBucket(joining.address)]);
    return wait > 0 ? { type: "tooOften", retryAfterSeconds: Math.ceil(wait) } : { type: "notFound" };
  }
  const found = await findByPassword(app, passwords, joining);
  if (found.type === "tooOften") return found;
  const joined =
    found.type === "right"
      ? await joinKnown(app, token, found, origin)
      : found.isTaken || name === null
        ? ({ type: "wrong" } as const)
        : await joinNew(app, token, { name, email, passwordHash: await passwords.hash(password) }, origin);
  if (joined.type !== "wrong") await giveAttemptsBack(app, found.buckets);
  return joined;
}

async function joinNew(
  app: Sql,
  token: string,
  { name, email, passwordHash }: { readonly name: string; readonly email: string; readonly passwordHash: string },
  origin: Origin,
): Promise<JoinedByPassword> {
  const joined = await joinAsNew(app, token, { name, email, by: { type: "password", passwordHash } }, origin);
  // Somebody has made one of this address in this moment.
  if (joined.type === "accountExists") return { type: "wrong" };
  return joined.type === "notFound" ? joined : { ...joined, deviceToken: null };
}

async function joinKnown(
  app: Sql,
  token: string,
  { key, stored, deviceToken, deviceHash }: Extract<FoundByPassword, { type: "right" }>,
  origin: Origin,
): Promise<JoinedByPassword> {
  const draft = draftSession(origin);
  return asNobody(app, async (sql): Promise<JoinedByPassword> => {
    const [row] = await sql<OpenedRow[]>`
      select * from join_by_password(${hashSecret(token)}, ${key}, ${stored}, ${deviceHash}, ${draft.row}::text::json)`;
    if (row === undefined) return { type: "notFound" };
    if (row.outcome === "wrong" || row.outcome === "alreadyMember") return { type: row.outcome };
    await recordJoined(sql, row, origin);
    return { type: "signedIn", session: openedSession(draft, row), deviceToken };
  });
}
