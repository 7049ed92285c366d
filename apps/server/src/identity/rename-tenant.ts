import type { AuditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { WithTenant } from "../database/with-tenant.ts";

/** False: it has that name already, and nothing was written. */
export function renameTenant(withTenant: WithTenant, tenantId: string, name: string, by: AuditBy): Promise<boolean> {
  return withTenant(tenantId, async (sql) => {
    const [before] = await sql<[{ name: string }]>`select name from tenants where id = current_tenant() for update`;
    if (before.name === name) return false;
    await sql`update tenants set name = ${name} where id = current_tenant()`;
    await record(sql, by, { action: "tenant.renamed", details: { name, nameBefore: before.name } });
    return true;
  });
}
