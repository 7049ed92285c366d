import type { Origin } from "../audit/actor.ts";
import type { Sql } from "../database/pools.ts";
import { asNobody } from "../database/with-tenant.ts";
import { findByPassword, type PasswordTry } from "./find-by-password.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import type { Passwords } from "./password.ts";
import { recordOpened } from "./record-session.ts";
import { giveAttemptsBack } from "./sign-in-attempts.ts";

export interface PasswordSignIn extends PasswordTry {
  readonly origin: Origin;
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
  const found = await findByPassword(app, passwords, asked);
  if (found.type === "tooOften") return found;
  if (found.type !== "right") return { type: "wrong" };
  const { key, stored, deviceToken, deviceHash, buckets } = found;
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
