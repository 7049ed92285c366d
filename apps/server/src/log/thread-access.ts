/** Whose threads are, for the question who may do what with them. */
import type { Transaction } from "../database/pools.ts";
import type { ThreadAccess } from "../identity/authorise.ts";

/** null: there is no such thread in this tenant. */
export async function readThreadAccess(sql: Transaction, threadId: string): Promise<ThreadAccess | null> {
  const [row] = await sql<{ created_by: string | null }[]>`
    select created_by from threads where id = ${threadId} and tenant_id = current_tenant()`;
  return row === undefined ? null : { createdBy: row.created_by, granted: [] };
}

/** Of these threads, those that the person may read, in the same order. */
export async function readReadable(
  sql: Transaction,
  threadIds: readonly string[],
  userId: string,
): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from threads where tenant_id = current_tenant() and id = any(${`{${threadIds.join(",")}}`}::uuid[]) and created_by = ${userId}`;
  const readable = new Set(rows.map(({ id }) => id));
  return threadIds.filter((id) => readable.has(id));
}
