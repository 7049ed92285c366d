/** The rows of workspaces. */
import type { EnvironmentInfo } from "@skein/core/ports";
import type { DiskUse } from "@skein/executor/tree/disk-use";
import { uuidv7 } from "uuidv7";
import type { AuditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Transaction } from "../database/pools.ts";
import {
  stateOfRow,
  type WorkspaceProgress,
  type WorkspaceSource,
  type WorkspaceState,
  WorkspaceUnusable,
} from "./workspace-state.ts";

export interface WorkspaceRecord {
  readonly id: string;
  readonly name: string;
  /** What people call it; null: by its name. */
  readonly title: string | null;
  /** On the machine of its runner. */
  readonly hostPath: string;
  readonly kind: "created" | "opened";
  /** The workspace's home. */
  readonly runner: string;
  /** As the runner said when a thread was last there; null: not yet. */
  readonly shell: string | null;
  readonly isolation: EnvironmentInfo["isolation"] | null;
  readonly createdAtMs: number;
  /** null: nobody knows. */
  readonly createdBy: string | null;
  readonly state: WorkspaceState;
  readonly source: WorkspaceSource;
  /** null: it was not measured yet. */
  readonly disk: (DiskUse & { readonly measuredAtMs: number }) | null;
}

export interface Row
  extends Pick<WorkspaceRecord, "id" | "name" | "title" | "kind" | "runner" | "shell" | "isolation"> {
  readonly host_path: string;
  readonly created_at: Date;
  readonly created_by: string | null;
  readonly state: WorkspaceState["type"];
  readonly progress: WorkspaceProgress | null;
  readonly failure: string | null;
  readonly source: WorkspaceSource | null;
  readonly disk_bytes: bigint | null;
  readonly disk_files: number | null;
  readonly measured_at: Date | null;
}

/** Deleted ones are left out. */
export async function readWorkspaces(sql: Transaction): Promise<readonly WorkspaceRecord[]> {
  const rows = await sql<Row[]>`
    select * from workspaces where tenant_id = current_tenant() and state <> 'deleted' order by created_at, id`;
  return rows.map(recordOf);
}

/** A deleted one too. */
export async function readWorkspace(sql: Transaction, id: string): Promise<WorkspaceRecord | null> {
  const [row] = await sql<Row[]>`select * from workspaces where tenant_id = current_tenant() and id = ${id}`;
  return row === undefined ? null : recordOf(row);
}

/** Counts tenants from 0, for the uid that a tenant's commands have on each runner. */
export async function readTenantIndex(sql: Transaction): Promise<number> {
  const [row] = await sql<[{ index: number }]>`select index from tenants where id = current_tenant()`;
  return row.index;
}

type NewWorkspace = Pick<WorkspaceRecord, "name" | "hostPath" | "kind" | "runner" | "createdBy">;

/**
 * Gives the one that is there when the directory is known already, which it nearly always is, or when another node has made
 * one of that name on another runner meanwhile.
 */
export async function keepWorkspace(
  sql: Transaction,
  workspace: NewWorkspace,
  by: AuditBy | null,
): Promise<WorkspaceRecord> {
  const { name, hostPath, kind, runner, createdBy } = workspace;
  const find = () => sql<Row[]>`
    select * from workspaces
    where tenant_id = current_tenant() and holds_files
      and (runner = ${runner} and host_path = ${hostPath} or kind = 'created' and ${kind} = 'created' and name = ${name})`;
  const [known] = await find();
  if (known !== undefined) return usable(known);
  const [made] = await sql<Row[]>`
    insert into workspaces (tenant_id, id, name, host_path, kind, runner, created_by)
    values (current_tenant(), ${uuidv7()}, ${name}, ${hostPath}, ${kind}, ${runner}, ${createdBy})
    on conflict do nothing returning *`;
  if (made !== undefined && by !== null) {
    const from = kind === "created" ? "empty" : "directory";
    await record(sql, by, { action: "workspace.created", subject: made.id, details: { name, from } });
  }
  const row = made ?? (await find())[0];
  if (row === undefined) throw new Error(`the workspace ${name} could not be recorded`);
  return usable(row);
}

/** A name is free again when all that had it is gone. */
function usable(row: Row): WorkspaceRecord {
  if (row.state === "ready") return recordOf(row);
  throw new WorkspaceUnusable(`what was the workspace ${row.name} is still being removed; try again in a moment`);
}

export async function keepFacts(sql: Transaction, id: string, { shell, isolation }: EnvironmentInfo): Promise<void> {
  await sql`
    update workspaces set shell = ${shell}, isolation = ${isolation} where tenant_id = current_tenant() and id = ${id}`;
}

export async function keepDiskUse(sql: Transaction, id: string, { bytes, files }: DiskUse): Promise<void> {
  await sql`
    update workspaces set disk_bytes = ${String(bytes)}, disk_files = ${files}, measured_at = clock_timestamp()
    where tenant_id = current_tenant() and id = ${id}`;
}

/** Of the tenant's workspaces together, as far as they were measured; of one that is made, as far as it has come. */
export async function readUsedBytes(sql: Transaction, except: string | null = null): Promise<number> {
  const [row] = await sql<[{ used: bigint }]>`
    select coalesce(sum(disk_bytes), 0)::bigint as used from workspaces
    where tenant_id = current_tenant() and state in ('ready', 'making') and (${except}::uuid is null or id <> ${except})`;
  return Number(row.used);
}

export function recordOf(row: Row): WorkspaceRecord {
  const {
    id,
    name,
    title,
    host_path: hostPath,
    kind,
    runner,
    shell,
    isolation,
    created_at,
    created_by,
    disk_bytes,
  } = row;
  const measured = disk_bytes === null || row.disk_files === null || row.measured_at === null;
  return {
    ...{ id, name, title, hostPath, kind, runner, shell, isolation },
    createdAtMs: created_at.getTime(),
    createdBy: created_by,
    state: stateOfRow(row),
    source: row.source ?? { type: "empty" },
    disk: measured
      ? null
      : { bytes: Number(disk_bytes), files: row.disk_files, measuredAtMs: row.measured_at.getTime() },
  };
}
