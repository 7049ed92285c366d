import type { ReportedWarning } from "@skein/protocol/warning";
import { framedEventsOf } from "@skein/timeline/frames";
import { reduce } from "@skein/timeline/reduce/reduce";
import { emptyTimeline } from "@skein/timeline/reduce/timeline";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import type { Transaction } from "../database/pools.ts";

/** What was said between turns in (afterSeq, throughSeq], where no turn may begin. It is little: only what outlives its turn writes then, too. */
export async function readWarnings(
  sql: Transaction,
  threadId: string,
  { afterSeq, throughSeq }: { readonly afterSeq: number; readonly throughSeq: number },
): Promise<readonly ReportedWarning[]> {
  const rows = await sql<(Omit<StoredEvent, "seq" | "at"> & { seq: bigint; at: Date })[]>`
    select seq, type, version, payload, at from whole_events
    where tenant_id = current_tenant() and thread_id = ${threadId} and seq > ${afterSeq} and seq <= ${throughSeq}
      and type = 'warning.reported'
    order by seq`;
  const events = rows.map((row) => upcast({ ...row, seq: Number(row.seq), at: row.at.getTime() }));
  return events.flatMap((event) => framedEventsOf(threadId, event)).reduce(reduce, emptyTimeline).warnings;
}
