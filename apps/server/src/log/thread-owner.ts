import type { Transaction } from "../database/pools.ts";

/** Who holds a thread, by the clock of the database. */
export interface ThreadOwner {
  /** null: nobody, or a node whose lease has ended. */
  readonly nodeId: string | null;
  /** A turn is in progress, whoever runs it. */
  readonly isActive: boolean;
}

/** null: there is no such thread in this tenant. */
export async function readThreadOwner(sql: Transaction, threadId: string): Promise<ThreadOwner | null> {
  const [row] = await sql<{ owner_node: string | null; is_active: boolean }[]>`
    select case when lease_until > clock_timestamp() then owner_node end as owner_node, status in ('active', 'waiting') as is_active
    from threads where tenant_id = current_tenant() and id = ${threadId}`;
  return row === undefined ? null : { nodeId: row.owner_node, isActive: row.is_active };
}

/** The ids of the tenant's threads that other nodes than this one hold, oldest first. */
export async function readHeldElsewhere(sql: Transaction, nodeId: string): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from threads
    where tenant_id = current_tenant() and owner_node <> ${nodeId} and lease_until > clock_timestamp() order by id`;
  return rows.map(({ id }) => id);
}
