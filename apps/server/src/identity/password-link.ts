/** A link by which somebody who has forgotten their password sets a new one. The operator makes it; Skein sends no mail. */
import { uuidv7 } from "uuidv7";
import type { Sql } from "../database/pools.ts";
import { emailKey } from "./email.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import { hashSecret, makeSecret } from "./secret.ts";

/** The secret of the link. null: nobody with this address has an account in a tenant. */
export async function createPasswordLink(app: Sql, email: string, lifetimeSeconds: number): Promise<string | null> {
  const token = makeSecret();
  const [row] = await app<[{ made: boolean }]>`
    select make_password_link(${emailKey(email)}, ${uuidv7()}, ${hashSecret(token)}, ${lifetimeSeconds}) as made`;
  return row.made ? token : null;
}

/** All of the person's sessions end, but for the one that this opens. null: the link opens nothing. */
export async function spendPasswordLink(
  app: Sql,
  linkToken: string,
  passwordHash: string,
  userAgent: string | null,
): Promise<OpenedSession | null> {
  const draft = draftSession(userAgent);
  const [row] = await app<OpenedRow[]>`
    select * from spend_password_link(${hashSecret(linkToken)}, ${passwordHash}, ${draft.row}::text::json)`;
  return row === undefined ? null : openedSession(draft, row);
}
