import type { Transaction } from "../database/pools.ts";

/** Who holds a thread, by the clock of the database. */
export interface ThreadOwner {
  /** null: nobody, or a node whose lease has ended. */
  readonly nodeId: string | null;
  /** A turn is in progress, whoever runs it. */
  readonly isActive: boolean;
  /** The node that reaches the runner of its workspace, where the asking one does not; null: there is no nearer one. */
  readonly nearerNodeId: string | null;
}

interface Row {
  readonly owner_node: string | null;
  readonly is_active: boolean;
  readonly nearer_node: string | null;
}

/** `runners`: those that this node reaches. null: there is no such thread in this tenant. */
export async function readThreadOwner(
  sql: Transaction,
  threadId: string,
  runners: readonly string[],
): Promise<ThreadOwner | null> {
  const [row] = await sql<Row[]>`
    select case when t.lease_until > clock_timestamp() then t.owner_node end as owner_node, t.status in ('active', 'waiting') as is_active,
      case when w.runner <> all (${`{${runners.join(",")}}`}::text[]) then node_of_runner(w.runner) end as nearer_node
    from threads t left join workspaces w on w.tenant_id = t.tenant_id and w.id = t.workspace_id
    where t.tenant_id = current_tenant() and t.id = ${threadId}`;
  if (row === undefined) return null;
  return { nodeId: row.owner_node, isActive: row.is_active, nearerNodeId: row.nearer_node };
}

/** The ids of the tenant's threads that other nodes than this one hold, oldest first. */
export async function readHeldElsewhere(sql: Transaction, nodeId: string): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from threads
    where tenant_id = current_tenant() and owner_node <> ${nodeId} and lease_until > clock_timestamp() order by id`;
  return rows.map(({ id }) => id);
}
