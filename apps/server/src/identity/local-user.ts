import { uuidv7 } from "uuidv7";
import type { Sql } from "../database/pools.ts";
import type { Principal } from "./principal.ts";

export type LocalUser = Pick<Principal, "tenantId" | "userId">;

/**
 * The one user, and the one tenant, of a server without accounts: made at the first start and the same ever after, also when two nodes
 * start together. `app`: a pool of the role `skein_app`.
 */
export async function ensureLocalUser(app: Sql, name: string): Promise<LocalUser> {
  const [row] = await app<{ tenant_id: string; user_id: string }[]>`
    select * from ensure_local_user(${uuidv7()}, ${uuidv7()}, ${name})`;
  if (row === undefined) throw new Error("the local tenant has no owner");
  return { tenantId: row.tenant_id, userId: row.user_id };
}
