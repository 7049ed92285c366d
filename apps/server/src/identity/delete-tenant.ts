/**
 * Deletes every row of a tenant, whichever tables there are: those with a column `tenant_id` are found in the catalogue, so
 * that a table that is added later cannot be forgotten. In small transactions, so that it may be interrupted and run again.
 */
import type { Sql } from "../database/pools.ts";

const batchRows = 5_000;
const foreignKeyViolation = "23503";

/** Rows per table, tables without any left out. */
export type TenantRows = ReadonlyMap<string, number>;

/** `owner`: a pool that sees every tenant. */
export async function countTenantRows(owner: Sql, tenantId: string): Promise<TenantRows> {
  const counts = new Map<string, number>();
  for (const table of await findTenantTables(owner)) {
    const [row] = await owner<[{ count: bigint }]>`
      select count(*) as count from ${owner(table)} where tenant_id = ${tenantId}`;
    if (row.count > 0n) counts.set(table, Number(row.count));
  }
  return counts;
}

/**
 * The beginning, after which the rest may take its time: without a member nobody comes in, and nodes close the connections that are open;
 * without a thread nothing can be appended.
 */
export async function closeTenant(owner: Sql, tenantId: string): Promise<void> {
  while ((await deleteMembers(owner, tenantId)) > 0);
  await deleteRows(owner, "threads", tenantId);
}

export async function deleteTenant(owner: Sql, tenantId: string): Promise<void> {
  const tables = await findTenantTables(owner);
  // Again for what a connection that was still open has added meanwhile.
  do {
    for (let found = true; found; ) {
      await closeTenant(owner, tenantId);
      found = false;
      for (const table of tables) if ((await deleteRows(owner, table, tenantId)) > 0) found = true;
    }
  } while (!(await deleteLast(owner, tenantId)));
}

/** Who is a member of no other tenant goes in the same statement: once the members are gone nothing tells who they were. */
async function deleteMembers(owner: Sql, tenantId: string): Promise<number> {
  const [row] = await owner<[{ count: bigint }]>`
    with gone as (
      delete from members where ctid = any(array(select ctid from members where tenant_id = ${tenantId} limit ${batchRows}))
      returning user_id
    ), strangers as (
      delete from users u using gone where u.id = gone.user_id
        and not exists (select from members m where m.user_id = u.id and m.tenant_id <> ${tenantId})
    )
    select count(*) as count from gone`;
  return Number(row.count);
}

async function findTenantTables(owner: Sql): Promise<readonly string[]> {
  const rows = await owner<{ name: string }[]>`
    select t.table_name::text as name from information_schema.tables t
    join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name
    where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name = 'tenant_id' order by 1`;
  return rows.map(({ name }) => name);
}

/** False: something refers to the tenant again. */
async function deleteLast(owner: Sql, tenantId: string): Promise<boolean> {
  try {
    await owner`delete from tenants where id = ${tenantId}`;
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === foreignKeyViolation) return false;
    throw error;
  }
}

/** A table that others still refer to has its turn again when those are empty. */
async function deleteRows(owner: Sql, table: string, tenantId: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    try {
      const { count } = await owner`
        delete from ${owner(table)} where ctid = any(array(
          select ctid from ${owner(table)} where tenant_id = ${tenantId} limit ${batchRows}))`;
      deleted += count;
      if (count === 0) return deleted;
    } catch (error) {
      if ((error as { code?: string }).code === foreignKeyViolation) return deleted;
      throw error;
    }
  }
}
