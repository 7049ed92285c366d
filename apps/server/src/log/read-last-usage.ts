import type { ThreadEvent } from "@skein/timeline/event";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import type { Transaction } from "../database/pools.ts";

/** The last word on the thread's tokens up to `throughSeq`; it is near the end of the log. null: none yet. */
export async function readLastUsage(
  sql: Transaction,
  threadId: string,
  throughSeq: number,
): Promise<ThreadEvent | null> {
  const [row] = await sql<(Omit<StoredEvent, "seq" | "at"> & { seq: bigint; at: Date })[]>`
    select seq, type, version, payload, at from whole_events
    where tenant_id = current_tenant() and thread_id = ${threadId} and seq <= ${throughSeq} and type = 'usage.updated'
    order by seq desc limit 1`;
  return row === undefined ? null : upcast({ ...row, seq: Number(row.seq), at: row.at.getTime() });
}
