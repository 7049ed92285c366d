/** A session that is about to be opened, as the functions of the database take it. */
import { uuidv7 } from "uuidv7";
import type { Origin } from "../audit/actor.ts";
import { hashSecret, makeSecret } from "./secret.ts";

export const sessionSeconds = 60 * 24 * 60 * 60;
const maxUserAgentChars = 300;

export interface SessionDraft {
  /** The cookie's value; only its hash is stored. */
  readonly token: string;
  readonly row: string;
}

/** What the browser calls itself is shown in the list of sessions. */
export function draftSession({ userAgent }: Pick<Origin, "userAgent">): SessionDraft {
  const token = makeSecret();
  const row = {
    id: uuidv7(),
    tokenHash: hashSecret(token).toString("hex"),
    seconds: sessionSeconds,
    userAgent: userAgent?.slice(0, maxUserAgentChars) ?? null,
  };
  return { token, row: JSON.stringify(row) };
}

/** A session was opened in place of others. */
export interface OpenedSession {
  readonly token: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly sessionId: string;
  /** Those that ended with it, whose connections are the caller's to close. */
  readonly ended: readonly string[];
}

/** What the functions that open sessions answer. */
export interface OpenedRow {
  readonly outcome: string;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly ended?: readonly string[] | null;
}

export function openedSession({ token }: SessionDraft, row: OpenedRow): OpenedSession {
  const { tenant_id: tenantId, user_id: userId, session_id: sessionId } = row;
  return { token, tenantId, userId, sessionId, ended: row.ended ?? [] };
}
