import type { HandOver } from "@skein/protocol/hand-over";
import type { ThreadSettings } from "@skein/timeline/event";
import type { ThreadListingStatus } from "@skein/timeline/project/thread-patch";
import type { Transaction } from "../database/pools.ts";

/** `asking`: waits, and for answers to questions. A row says only that a thread waits, because that is what older nodes read. */
export type RecordedStatus = ThreadListingStatus | "asking";

/** A thread's row: what is known of it without reading its log. Times in milliseconds since the epoch. */
export interface ThreadRecord {
  readonly id: string;
  readonly logEpoch: number;
  readonly headSeq: number;
  readonly ownerNode: string | null;
  readonly name: string | null;
  readonly preview: string;
  readonly status: RecordedStatus;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly recencyAtMs: number;
  /** null: not archived. */
  readonly archivedAtMs: number | null;
  readonly workspaceId: string | null;
  readonly cwd: string;
  readonly model: string;
  readonly modelProvider: string;
  readonly source: string;
  readonly threadSource: string | null;
  readonly originator: string;
  readonly ephemeral: boolean;
  readonly settings: ThreadSettings;
  readonly forkedFromId: string | null;
  readonly createdBy: string | null;
  /** To whom it was handed over so far, in that order. */
  readonly handOvers: readonly HandOver[];
}

export interface ThreadRow {
  readonly id: string;
  readonly log_epoch: bigint;
  readonly head_seq: bigint;
  readonly owner_node: string | null;
  readonly name: string | null;
  readonly preview: string;
  readonly status: ThreadListingStatus;
  readonly is_asking: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly recency_at: Date;
  readonly archived_at: Date | null;
  readonly workspace_id: string | null;
  readonly cwd: string;
  readonly model: string;
  readonly model_provider: string;
  readonly source: string;
  readonly thread_source: string | null;
  readonly originator: string;
  readonly ephemeral: boolean;
  readonly settings: ThreadSettings;
  readonly forked_from_id: string | null;
  readonly created_by: string | null;
  readonly hand_overs: readonly HandOver[];
}

/** null: there is no such thread in this tenant. */
export async function readThread(sql: Transaction, threadId: string): Promise<ThreadRecord | null> {
  const [row] = await sql<ThreadRow[]>`
    select ${threadColumns(sql)} from threads t where t.id = ${threadId} and t.tenant_id = current_tenant()`;
  return row === undefined ? null : threadRecord(row);
}

/** Of `threads t`. A question is told by how its JSON begins: taking it apart would fail on a NUL in what is asked. */
export function threadColumns(sql: Transaction) {
  return sql`t.*, t.status = 'waiting' and exists (
    select from approvals a where a.tenant_id = t.tenant_id and a.thread_id = t.id and a.resolved_at is null
      and starts_with(a.request::text, '{"type":"questions"')) as is_asking`;
}

export function threadRecord(row: ThreadRow): ThreadRecord {
  return {
    id: row.id,
    logEpoch: Number(row.log_epoch),
    headSeq: Number(row.head_seq),
    ownerNode: row.owner_node,
    name: row.name,
    preview: row.preview,
    status: row.is_asking ? "asking" : row.status,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    recencyAtMs: row.recency_at.getTime(),
    archivedAtMs: row.archived_at?.getTime() ?? null,
    workspaceId: row.workspace_id,
    cwd: row.cwd,
    model: row.model,
    modelProvider: row.model_provider,
    source: row.source,
    threadSource: row.thread_source,
    originator: row.originator,
    ephemeral: row.ephemeral,
    settings: row.settings,
    forkedFromId: row.forked_from_id,
    createdBy: row.created_by,
    handOvers: row.hand_overs,
  };
}
