/** Under which terms a thread is shown to those who are no members. */
import { createHash } from "node:crypto";
import type { RedactionRules } from "@skein/timeline/redact/redaction-rules";
import type { WithTenant } from "../../database/with-tenant.ts";
import type { ThreadRecord } from "../../log/thread-record.ts";
import type { ViewTerms } from "../../subscription/view-terms.ts";
import type { ViewRange } from "../../thread/view-pages.ts";
import type { ThreadServices } from "../thread-services.ts";

export interface ViewServices extends ThreadServices {
  readonly withTenant: WithTenant;
  /** What nobody may be shown in any thread of the tenant: the server's own secrets, and those that the tenant has given it. */
  knownSecrets(tenantId: string): Promise<readonly string[]>;
}

export async function redactionRules(
  { workspaces, knownSecrets }: ViewServices,
  tenantId: string,
  { workspaceId }: Pick<ThreadRecord, "workspaceId">,
): Promise<RedactionRules> {
  const root = workspaceId === null ? null : await workspaces.rootOf(tenantId, workspaceId);
  return { values: await knownSecrets(tenantId), workspaces: root === null ? [] : [root] };
}

/**
 * Viewers' cursors say by which rules their text was made. The tenant's id is in the hash because viewers do not know it: nobody can
 * try out secrets against a cursor.
 */
export function deriveViewTerms(
  incarnation: string,
  tenantId: string,
  { fromSeq, frozenAtSeq }: ViewRange,
  rules: RedactionRules,
): ViewTerms {
  const { values, workspaces } = rules;
  const facts = JSON.stringify([tenantId, fromSeq, frozenAtSeq, [...values].sort(), workspaces]);
  const key = createHash("sha256").update(facts).digest("hex").slice(0, 16);
  return { key, fromSeq, rules, incarnation: `${incarnation}-${key}` };
}
