/** A link by which somebody who has forgotten their password sets a new one. The operator makes it; Skein sends no mail. */
import { uuidv7 } from "uuidv7";
import { type Origin, unknownOrigin } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Sql } from "../database/pools.ts";
import { asNobody } from "../database/with-tenant.ts";
import { emailKey } from "./email.ts";
import { draftSession, type OpenedRow, type OpenedSession, openedSession } from "./new-session.ts";
import { recordOpened } from "./record-session.ts";
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
  origin: Origin = unknownOrigin,
): Promise<OpenedSession | null> {
  const draft = draftSession(origin);
  return asNobody(app, async (sql) => {
    const [row] = await sql<OpenedRow[]>`
      select * from spend_password_link(${hashSecret(linkToken)}, ${passwordHash}, ${draft.row}::text::json)`;
    if (row === undefined) return null;
    const by = await recordOpened(sql, row, "passwordLink", origin);
    const sessionsEnded = row.ended?.length ?? 0;
    await record(sql, by, { action: "password.changed", details: { sessionsEnded } });
    return openedSession(draft, row);
  });
}
