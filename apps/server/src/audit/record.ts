/** A line of the audit log, in the transaction of what it tells of: there is neither without the other. */
import type { Transaction } from "../database/pools.ts";
import type { AuditActor, AuditBy, Origin } from "./actor.ts";
import { type AuditAction, type DetailsOf, encodeDetails } from "./catalogue.ts";

export interface AuditLine<A extends AuditAction = AuditAction> {
  readonly action: A;
  readonly details: DetailsOf<A>;
  readonly threadId?: string | null;
  /** What it was done to, where that is no thread. */
  readonly subject?: string | null;
}

const maxSubjectChars = 200;
const maxUserAgentChars = 300;
const maxAddressChars = 64;

/** In the tenant of the transaction. */
export async function record<A extends AuditAction>(sql: Transaction, by: AuditBy, line: AuditLine<A>): Promise<void> {
  const { type, id, name, credentialId } = columnsOf(by.actor);
  const { address, userAgent } = cut(by.origin);
  const { action, threadId = null, subject = null } = line;
  // Whoever left a moment ago is no member any more, which is why the name can be given.
  await sql`
    insert into audit_lines (tenant_id, actor_type, actor_id, actor_name, credential_id, action, thread_id, subject, details, address, user_agent)
    values (current_tenant(), ${type}, ${id}, coalesce(${name}::text, (select u.name from users u where u.id = ${id}::uuid)), ${credentialId},
      ${action}, ${threadId}, ${cutSubject(subject)}, ${encodeDetails(action, line.details)}::text::json, ${address}, ${userAgent})`;
}

export function cutSubject(subject: string | null): string | null {
  return subject?.slice(0, maxSubjectChars).toWellFormed() ?? null;
}

export function cut({ address, userAgent }: Origin): Origin {
  return {
    address: address?.slice(0, maxAddressChars) ?? null,
    userAgent: userAgent?.slice(0, maxUserAgentChars).toWellFormed() ?? null,
  };
}

export function columnsOf(actor: AuditActor) {
  switch (actor.type) {
    case "user":
      return { type: "user", id: actor.userId, name: actor.name, credentialId: actor.sessionId };
    case "token":
      return { type: "token", id: actor.userId, name: actor.name, credentialId: actor.tokenId };
    case "link":
      return { type: "link", id: actor.linkId, name: null, credentialId: actor.linkId };
    case "operator":
    case "system":
    case "nobody":
      return { type: actor.type, id: null, name: null, credentialId: null };
  }
}
