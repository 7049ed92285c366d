import type { ThreadEvent } from "@skein/timeline/event";
import { upcast } from "@skein/timeline/upcast";
import type { Transaction } from "../database/pools.ts";

export interface EventsPage {
  /** In order, from the one after `afterSeq`. Gaps are what compaction has removed. */
  readonly events: readonly ThreadEvent[];
  /** The end of the log at the moment at which the events were read. */
  readonly headSeq: number;
  readonly logEpoch: number;
  /** Whether events after these exist. */
  readonly more: boolean;
}

interface Row {
  readonly head_seq: bigint;
  readonly log_epoch: bigint;
  readonly seq: bigint | null;
  readonly type: string;
  readonly version: number;
  readonly payload: unknown;
  readonly at: Date;
}

/**
 * Rows and head in one statement: a head that is read later makes readers skip what was committed in between. null: there
 * is no such thread in this tenant. Throws `UnknownEventVersion` for a log that a newer build has written to.
 */
export async function readEvents(
  sql: Transaction,
  threadId: string,
  afterSeq: number,
  limit: number,
): Promise<EventsPage | null> {
  const rows = await sql<Row[]>`
    select t.head_seq, t.log_epoch, e.seq, e.type, e.version, e.payload, e.at
    from threads t left join lateral (
      select * from thread_events e
      where e.tenant_id = t.tenant_id and e.thread_id = t.id and e.seq > ${afterSeq} order by e.seq limit ${limit + 1}
    ) e on true
    where t.tenant_id = current_tenant() and t.id = ${threadId} order by e.seq`;
  const first = rows[0];
  if (first === undefined) return null;
  const events = rows.flatMap((row) => (row.seq === null ? [] : [readEvent({ ...row, seq: row.seq })]));
  const head = { headSeq: Number(first.head_seq), logEpoch: Number(first.log_epoch) };
  return { ...head, events: events.slice(0, limit), more: events.length > limit };
}

function readEvent({ seq, type, version, payload, at }: Row & { seq: bigint }): ThreadEvent {
  return upcast({ seq: Number(seq), type, version, payload, at: at.getTime() });
}
