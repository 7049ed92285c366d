/** Where a page of the audit log begins, as a client carries it. It is a place in time, and finds in any tenant only what is that tenant's. */
import type { AuditPlace } from "./read-lines.ts";

const pattern = /^(\d{1,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function encodeAuditCursor({ atUs, id }: AuditPlace): string {
  return Buffer.from(`${atUs}.${id}`).toString("base64url");
}

/** null: not a cursor of ours. */
export function parseAuditCursor(cursor: string): AuditPlace | null {
  const [, atUs, id] = pattern.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  return atUs === undefined || id === undefined ? null : { atUs, id };
}
