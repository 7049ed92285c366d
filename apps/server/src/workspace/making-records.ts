/** The rows of workspaces while they are made, and when they are taken away. */
import type { DiskUse } from "@skein/executor/tree/disk-use";
import { uuidv7 } from "uuidv7";
import type { AuditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Sql, Transaction } from "../database/pools.ts";
import { type Row, readUsedBytes, recordOf, type WorkspaceRecord } from "./workspace-records.ts";
import type { WorkspaceProgress, WorkspaceSource } from "./workspace-state.ts";

export interface Making {
  readonly name: string;
  readonly hostPath: string;
  readonly runner: string;
  readonly createdBy: string;
  readonly source: WorkspaceSource;
}

/** null: there is one of that name, or what was one is still being removed. */
export async function reserveWorkspace(
  sql: Transaction,
  { name, hostPath, runner, createdBy, source }: Making,
  validForMs: number,
  by: AuditBy,
): Promise<WorkspaceRecord | null> {
  const [row] = await sql<Row[]>`
    insert into workspaces (tenant_id, id, name, host_path, kind, runner, created_by, state, source, made_until)
    values (current_tenant(), ${uuidv7()}, ${name}, ${hostPath}, 'created', ${runner}, ${createdBy}, 'making',
      ${JSON.stringify(source)}::text::json, clock_timestamp() + make_interval(secs => ${validForMs / 1000}))
    on conflict do nothing returning *`;
  if (row === undefined) return null;
  await record(sql, by, {
    action: "workspace.created",
    subject: row.id,
    details: { name, from: origins[source.type] },
  });
  return recordOf(row);
}

const origins = { empty: "empty", archive: "upload", repository: "clone" } as const;

/** `tooMuch`: together with all else of the tenant it would be more than that may have, and it has failed for that. */
export type Noted = { readonly type: "kept" | "tooMuch"; readonly record: WorkspaceRecord };

/**
 * What is being made counts with what it has written so far. Who is told so first keeps it: of several that are made at once, on
 * whichever nodes, the one fails that would be too much. null: it is not being made any more: somebody has deleted it, or took its
 * maker for dead.
 */
export async function noteProgress(
  sql: Transaction,
  id: string,
  progress: WorkspaceProgress | null,
  { validForMs, tenantMaxBytes }: { readonly validForMs: number; readonly tenantMaxBytes: number },
): Promise<Noted | null> {
  const bytes = progress?.bytes ?? 0;
  if (await isTooMuch(sql, id, bytes, tenantMaxBytes)) return tooMuch(await failMaking(sql, id, noRoomLeft));
  const [row] = await sql<Row[]>`
    update workspaces set progress = ${progress === null ? null : JSON.stringify(progress)}::text::json,
      disk_bytes = ${String(bytes)}, made_until = clock_timestamp() + make_interval(secs => ${validForMs / 1000})
    where tenant_id = current_tenant() and id = ${id} and state = 'making' returning *`;
  return row === undefined ? null : { type: "kept", record: recordOf(row) };
}

export const noRoomLeft = "others of your team's workspaces have taken the room that was left for it";

function tooMuch(record: WorkspaceRecord | null): Noted | null {
  return record === null ? null : { type: "tooMuch", record };
}

/** Until the transaction ends, no other workspace of the tenant can take more. */
async function isTooMuch(sql: Transaction, id: string, bytes: number, tenantMaxBytes: number): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended('room of ' || current_tenant()::text, 0))`;
  const others = await readUsedBytes(sql, id);
  return others + bytes > tenantMaxBytes;
}

/** As failed, where it is too much together with all else of the tenant. */
export async function finishMaking(
  sql: Transaction,
  id: string,
  use: DiskUse,
  tenantMaxBytes: number,
): Promise<WorkspaceRecord | null> {
  if (await isTooMuch(sql, id, use.bytes, tenantMaxBytes)) return failMaking(sql, id, noRoomLeft);
  const [row] = await sql<Row[]>`
    update workspaces set state = 'ready', progress = null, made_until = null,
      disk_bytes = ${String(use.bytes)}, disk_files = ${use.files}, measured_at = clock_timestamp()
    where tenant_id = current_tenant() and id = ${id} and state = 'making' returning *`;
  return row === undefined ? null : recordOf(row);
}

export async function failMaking(sql: Transaction, id: string, failure: string): Promise<WorkspaceRecord | null> {
  const [row] = await sql<Row[]>`
    update workspaces set state = 'failed', failure = ${failure}, progress = null, made_until = null,
      disk_bytes = null, disk_files = null, measured_at = null
    where tenant_id = current_tenant() and id = ${id} and state = 'making' returning *`;
  return row === undefined ? null : recordOf(row);
}

export type Deletion =
  | { readonly type: "deleted"; readonly record: WorkspaceRecord }
  | { readonly type: "notFound" }
  /** So many threads are at work in it. */
  | { readonly type: "busy"; readonly threads: number };

/** Turns that begin from now on find it deleted. What was no directory of Skein's holds nothing that is to be removed. */
export async function markDeleted(sql: Transaction, id: string, by: AuditBy): Promise<Deletion> {
  const [row] = await sql<Row[]>`
    select * from workspaces where tenant_id = current_tenant() and id = ${id} and state <> 'deleted' for update`;
  if (row === undefined) return { type: "notFound" };
  const [{ busy }] = await sql<[{ busy: number }]>`
    select count(*)::int as busy from threads
    where tenant_id = current_tenant() and workspace_id = ${id} and status in ('active', 'waiting')`;
  if (busy > 0) return { type: "busy", threads: busy };
  await sql`
    update workspaces set state = 'deleted', progress = null, made_until = null, failure = null,
      holds_files = holds_files and kind = 'created', disk_bytes = null, disk_files = null, measured_at = null
    where tenant_id = current_tenant() and id = ${id}`;
  await record(sql, by, { action: "workspace.deleted", subject: id, details: { name: row.name } });
  return { type: "deleted", record: recordOf(row) };
}

/**
 * Removes what is left of an unusable workspace, by one node at a time: nothing else may have its name until that is done. False:
 * there is nothing to remove, or another node is at it.
 */
export async function removeLeftover(
  sql: Transaction,
  id: string,
  remove: (leftover: WorkspaceRecord) => Promise<void>,
): Promise<boolean> {
  const [row] = await sql<Row[]>`
    select * from workspaces where tenant_id = current_tenant() and id = ${id}
      and kind = 'created' and state in ('failed', 'deleted') and holds_files for update skip locked`;
  if (row === undefined) return false;
  await remove(recordOf(row));
  await sql`update workspaces set holds_files = false where tenant_id = current_tenant() and id = ${id}`;
  return true;
}

/** Of all tenants, at these runners. Those that nobody makes any more are declared failed on the way. */
export async function findLeftovers(
  log: Sql,
  runners: readonly string[],
): Promise<readonly { readonly tenantId: string; readonly id: string }[]> {
  const rows = await log<{ tenant_id: string; id: string }[]>`
    select tenant_id, id from find_workspaces_to_sweep(${`{${runners.join(",")}}`}::text[])`;
  return rows.map(({ tenant_id: tenantId, id }) => ({ tenantId, id }));
}
