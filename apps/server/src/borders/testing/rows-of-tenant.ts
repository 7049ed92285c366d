/** All rows of a tenant, of whatever table, to see whether somebody has changed one. */
import type postgres from "postgres";
import type { TestServer } from "../../testing/start-test-server.ts";

/** They change by themselves, or by being looked at by those whose they are. */
const volatile = new Set(["lease_until", "last_used_at", "seen_at", "disk_bytes", "disk_files", "measured_at"]);

interface Whose {
  readonly tenantId: string;
  /** Only what belongs to these threads; everything of the tenant when absent. */
  readonly threadIds?: readonly string[];
}

interface Column {
  readonly table_name: string;
  readonly column_name: string;
}

let columns: readonly Column[] | null = null;

/** By table, in an order of their own; the text of each row. */
export function rowsOf({ database }: TestServer, whose: Whose): Promise<Readonly<Record<string, readonly string[]>>> {
  return database.administer(async (sql) => {
    columns ??= await sql<Column[]>`
      select table_name, column_name from information_schema.columns where table_schema = 'public'`;
    const tables = Object.groupBy(columns, ({ table_name }) => table_name);
    const rows: Record<string, readonly string[]> = {};
    for (const [table, list = []] of Object.entries(tables)) {
      const condition = conditionFor(sql, table, new Set(list.map(({ column_name }) => column_name)), whose);
      if (condition !== null) rows[table] = await textOf(sql, table, condition);
    }
    return rows;
  });
}

/** null: nothing in the table is anybody's. */
function conditionFor(sql: postgres.Sql, table: string, has: ReadonlySet<string>, { tenantId, threadIds }: Whose) {
  if (threadIds !== undefined) {
    const column = table === "threads" ? "id" : has.has("thread_id") ? "thread_id" : null;
    return column === null ? null : sql`${sql(column)} in ${sql([...threadIds])}`;
  }
  if (table === "tenants") return sql`id = ${tenantId}`;
  if (has.has("tenant_id")) return sql`tenant_id = ${tenantId}`;
  const person = table === "users" ? "id" : has.has("user_id") ? "user_id" : null;
  return person === null ? null : sql`${sql(person)} in (select user_id from members where tenant_id = ${tenantId})`;
}

async function textOf(sql: postgres.Sql, table: string, condition: postgres.Fragment): Promise<readonly string[]> {
  const rows = await sql`select to_json(t) as row from (select * from ${sql(table)} where ${condition}) t`;
  return rows
    .map(({ row }) => JSON.stringify(Object.entries(row).filter(([column]) => !volatile.has(column))))
    .toSorted();
}
