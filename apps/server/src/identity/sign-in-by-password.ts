import type { Origin } from "../audit/actor.ts";
import type { Sql } from "../database/pools.ts";
import { asNobody } from "../database/with-tenant.ts";
import { emailKey } from "./email.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import type { Passwords } from "./password.ts";
import { recordOpened } from "./record-session.ts";
import { hashSecret, makeSecret } from "./secret.ts";
import { deriveBuckets, giveAttemptsBack, takeAttempts } from "./sign-in-attempts.ts";

export interface PasswordSignIn {
  readonly email: string;
  readonly password: string;
  /** As `bucketAddress` has it. */
  readonly address: string;
  readonly origin: Origin;
  /** The cookie by which a browser is known; null: it has none. */
  readonly deviceToken: string | null;
}

export type SignInOutcome =
  /** `deviceToken`: by which the browser is known from now on. */
  | { readonly type: "signedIn"; readonly session: OpenedSession; readonly deviceToken: string }
  /** No such account, no password, or another one: which, nobody is told. */
  | { readonly type: "wrong" }
  | { readonly type: "tooOften"; readonly retryAfterSeconds: number }
  /** The password was right, and the person belongs to no tenant any more. */
  | { readonly type: "noTenant" };

/** Rejects with `PasswordsBusy`. What is asked of the database and computed is the same whether there is such an account or not. */
export async function signInByPassword(app: Sql, passwords: Passwords, asked: PasswordSignIn): Promise<SignInOutcome> {
  const key = emailKey(asked.email);
  const deviceToken = asked.deviceToken ?? makeSecret();
  const deviceHash = hashSecret(deviceToken);
  const [account] = await app<{ password_hash: string | null; known_device: boolean }[]>`
    select * from find_account(${key}, ${deviceHash})`;
  const isKnown = account?.known_device === true;
  const knownDevice = isKnown ? deviceHash.toString("hex") : null;
  const buckets = deriveBuckets({ emailKey: key, address: asked.address, knownDevice });
  const wait = await takeAttempts(app, buckets);
  if (wait > 0) return { type: "tooOften", retryAfterSeconds: Math.ceil(wait) };
  const stored = account?.password_hash ?? null;
  if (!(await passwords.matches(stored, asked.password, isKnown)) || stored === null) return { type: "wrong" };
  const draft = draftSession(asked.origin);
  const row = await asNobody(app, async (sql) => {
    const [opened] = await sql<OpenedRow[]>`
      select * from sign_in_by_password(${key}, ${stored}, ${deviceHash}, ${draft.row}::text::json)`;
    if (opened?.outcome === "signedIn") await recordOpened(sql, opened, "password", asked.origin);
    return opened;
  });
  // The password was changed in this moment.
  if (row === undefined) return { type: "wrong" };
  await giveAttemptsBack(app, buckets);
  if (row.outcome === "noTenant") return { type: "noTenant" };
  return { type: "signedIn", session: openedSession(draft, row), deviceToken };
}
