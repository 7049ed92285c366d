import type { Sql } from "../database/pools.ts";
import { type Credential, credentialId, type Principal } from "./principal.ts";

/** What has become of a credential by which a connection is open. */
export interface StaleCredential {
  readonly id: string;
  /** `ended`: unknown, revoked, expired, or its owner has left the tenant. `role`: they have another role now. */
  readonly change: "ended" | "role";
}

/** Of these principals, the credentials by which they would come in differently now, or not at all. */
export async function staleCredentials(
  app: Sql,
  principals: readonly Pick<Principal, "tenantId" | "role" | "via">[],
): Promise<readonly StaleCredential[]> {
  const open = principals.flatMap(({ tenantId, role, via }) => {
    const id = credentialId(via);
    if (id === null) return [];
    if (via.type !== "shareLink") return [[via.type satisfies Credential["type"], tenantId, id, role]];
    const session: Credential["type"] = "session";
    return via.person === null ? [] : [[session, via.person.tenantId, id, via.person.role]];
  });
  if (open.length === 0) return [];
  const rows = await app<StaleCredential[]>`
    select distinct id, change from stale_credentials(${JSON.stringify(open)}::text::json)`;
  return rows.map(({ id, change }) => ({ id, change }));
}
