import { errors } from "@skein/protocol/errors";
import type { AuditLine } from "@skein/protocol/methods/audit";
import { encodeAuditCursor, parseAuditCursor } from "../audit/page-cursor.ts";
import { type AuditPlace, readLines, type StoredLine } from "../audit/read-lines.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";

const defaultLimit = 50;
const maxLimit = 200;

export function auditHandlers(withTenant: WithTenant): Handlers<"skein/audit/list"> {
  return {
    "skein/audit/list": async ({ cursor, limit, aboutThread, ...filter }, { principal }) => {
      const from = placeOf(cursor ?? null);
      const shown = Math.min(Math.max(limit ?? defaultLimit, 1), maxLimit);
      const about = { ...filter, threadId: aboutThread ?? null };
      const lines = await withTenant(principal.tenantId, (sql) => readLines(sql, about, from, shown + 1));
      const last = lines.length > shown ? lines[shown - 1] : undefined;
      return {
        data: lines.slice(0, shown).map(presentLine),
        nextCursor: last === undefined ? null : encodeAuditCursor(last.place),
      };
    },
  };
}

function placeOf(cursor: string | null): AuditPlace | null {
  return cursor === null ? null : (parseAuditCursor(cursor) ?? refuse(errors.invalidCursor(cursor)));
}

function presentLine(line: StoredLine): AuditLine {
  const { id, atMs, actorType, actorId, actorName, credentialId } = line;
  const { action, threadId, subject, details, address, userAgent } = line;
  return {
    ...{ id, at: atMs, action, threadId, subject, details, address, userAgent },
    actor: { type: actorType, id: actorId, name: actorName, credentialId },
  };
}
