/** Who works in a workspace. */
import type { Transaction } from "../database/pools.ts";

export interface ThreadThere {
  readonly threadId: string;
  readonly name: string | null;
  readonly preview: string;
  readonly isAtWork: boolean;
}

interface Row {
  readonly id: string;
  readonly name: string | null;
  readonly preview: string;
  readonly status: string;
}

/** By workspace; those without a thread are left out. */
export async function countThreads(sql: Transaction): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ workspace_id: string; threads: number }[]>`
    select workspace_id, count(*)::int as threads from threads
    where tenant_id = current_tenant() and workspace_id is not null group by workspace_id`;
  return new Map(rows.map(({ workspace_id, threads }) => [workspace_id, threads]));
}

/** Directories, of all threads that work there. */
export async function readDirectoriesInUse(sql: Transaction, workspaceId: string): Promise<readonly string[]> {
  const rows = await sql<{ cwd: string }[]>`
    select distinct cwd from threads where tenant_id = current_tenant() and workspace_id = ${workspaceId}`;
  return rows.map(({ cwd }) => cwd);
}

/** The newest first. `madeBy` null: whoever made them. */
export async function readThreadsThere(
  sql: Transaction,
  workspaceId: string,
  madeBy: string | null,
  limit: number,
): Promise<readonly ThreadThere[]> {
  const rows = await sql<Row[]>`
    select id, name, preview, status from threads
    where tenant_id = current_tenant() and workspace_id = ${workspaceId} and (${madeBy}::uuid is null or created_by = ${madeBy})
    order by recency_at desc limit ${limit}`;
  return rows.map(({ id, name, preview, status }) => ({
    ...{ threadId: id, name, preview },
    isAtWork: status === "active" || status === "waiting",
  }));
}
