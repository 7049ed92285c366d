/** The rows of workspaces. */
import { uuidv7 } from "uuidv7";
import type { Transaction } from "../database/pools.ts";

export interface WorkspaceRecord {
  readonly id: string;
  readonly name: string;
  readonly hostPath: string;
  readonly kind: "created" | "opened";
  readonly createdAtMs: number;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly host_path: string;
  readonly kind: WorkspaceRecord["kind"];
  readonly created_at: Date;
}

/** The runner of this node, which is every workspace's home. */
const localRunner = "local";

export async function readWorkspaces(sql: Transaction): Promise<readonly WorkspaceRecord[]> {
  const rows = await sql<Row[]>`select * from workspaces where tenant_id = current_tenant() order by created_at, id`;
  return rows.map(recordOf);
}

export async function readWorkspace(sql: Transaction, id: string): Promise<WorkspaceRecord | null> {
  const [row] = await sql<Row[]>`select * from workspaces where tenant_id = current_tenant() and id = ${id}`;
  return row === undefined ? null : recordOf(row);
}

/** Gives the one that is there when the directory is known already, which it nearly always is: then nothing is written. */
export async function keepWorkspace(
  sql: Transaction,
  workspace: Pick<WorkspaceRecord, "name" | "hostPath" | "kind">,
): Promise<WorkspaceRecord> {
  const { name, hostPath, kind } = workspace;
  const [known] = await sql<Row[]>`
    select * from workspaces where tenant_id = current_tenant() and runner = ${localRunner} and host_path = ${hostPath}`;
  if (known !== undefined) return recordOf(known);
  const [row] = await sql<[Row]>`
    insert into workspaces (tenant_id, id, name, host_path, kind, runner)
    values (current_tenant(), ${uuidv7()}, ${name}, ${hostPath}, ${kind}, ${localRunner})
    on conflict (tenant_id, runner, host_path) do update set name = workspaces.name
    returning *`;
  return recordOf(row);
}

function recordOf(row: Row): WorkspaceRecord {
  const { id, name, host_path: hostPath, kind, created_at } = row;
  return { id, name, hostPath, kind, createdAtMs: created_at.getTime() };
}
