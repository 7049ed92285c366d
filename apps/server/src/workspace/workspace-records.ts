/** The rows of workspaces. */
import type { EnvironmentInfo } from "@skein/core/ports";
import { uuidv7 } from "uuidv7";
import type { Transaction } from "../database/pools.ts";

export interface WorkspaceRecord {
  readonly id: string;
  readonly name: string;
  /** On the machine of its runner. */
  readonly hostPath: string;
  readonly kind: "created" | "opened";
  /** The workspace's home. */
  readonly runner: string;
  /** As the runner said when a thread was last there; null: not yet. */
  readonly shell: string | null;
  readonly isolation: EnvironmentInfo["isolation"] | null;
  readonly createdAtMs: number;
}

interface Row extends Pick<WorkspaceRecord, "id" | "name" | "kind" | "runner" | "shell" | "isolation"> {
  readonly host_path: string;
  readonly created_at: Date;
}

export async function readWorkspaces(sql: Transaction): Promise<readonly WorkspaceRecord[]> {
  const rows = await sql<Row[]>`select * from workspaces where tenant_id = current_tenant() order by created_at, id`;
  return rows.map(recordOf);
}

export async function readWorkspace(sql: Transaction, id: string): Promise<WorkspaceRecord | null> {
  const [row] = await sql<Row[]>`select * from workspaces where tenant_id = current_tenant() and id = ${id}`;
  return row === undefined ? null : recordOf(row);
}

/** Counts tenants from 0, for the uid that a tenant's commands have on each runner. */
export async function readTenantIndex(sql: Transaction): Promise<number> {
  const [row] = await sql<[{ index: number }]>`select index from tenants where id = current_tenant()`;
  return row.index;
}

/**
 * Gives the one that is there when the directory is known already, which it nearly always is, or when another node has made
 * one of that name on another runner meanwhile.
 */
export async function keepWorkspace(
  sql: Transaction,
  workspace: Pick<WorkspaceRecord, "name" | "hostPath" | "kind" | "runner">,
): Promise<WorkspaceRecord> {
  const { name, hostPath, kind, runner } = workspace;
  const find = () => sql<Row[]>`
    select * from workspaces
    where tenant_id = current_tenant()
      and (runner = ${runner} and host_path = ${hostPath} or kind = 'created' and ${kind} = 'created' and name = ${name})`;
  const [known] = await find();
  if (known !== undefined) return recordOf(known);
  const [made] = await sql<Row[]>`
    insert into workspaces (tenant_id, id, name, host_path, kind, runner)
    values (current_tenant(), ${uuidv7()}, ${name}, ${hostPath}, ${kind}, ${runner})
    on conflict do nothing returning *`;
  const row = made ?? (await find())[0];
  if (row === undefined) throw new Error(`the workspace ${name} could not be recorded`);
  return recordOf(row);
}

export async function keepFacts(sql: Transaction, id: string, { shell, isolation }: EnvironmentInfo): Promise<void> {
  await sql`
    update workspaces set shell = ${shell}, isolation = ${isolation} where tenant_id = current_tenant() and id = ${id}`;
}

function recordOf(row: Row): WorkspaceRecord {
  const { id, name, host_path: hostPath, kind, runner, shell, isolation, created_at } = row;
  return { id, name, hostPath, kind, runner, shell, isolation, createdAtMs: created_at.getTime() };
}
