import type { ThreadEvent, ThreadEventType } from "@skein/timeline/event";
import { upcast } from "@skein/timeline/upcast";
import type { Transaction } from "../database/pools.ts";
import { bodyBytes } from "./body-bytes.ts";

export interface EventsPage {
  /** In order, from the one after `afterSeq`. Gaps are what compaction has removed. */
  readonly events: readonly ThreadEvent[];
  /** The end of the log at the moment at which the events were read. */
  readonly headSeq: number;
  readonly logEpoch: number;
  /** Whether events after these exist. */
  readonly more: boolean;
}

/** `maxBytes`: of payloads as text, bodies kept apart included; the first event is read however large it is. */
export interface PageBounds {
  readonly maxBytes: number;
  readonly without: ReadonlySet<ThreadEventType>;
}

const everything: PageBounds = { maxBytes: Number.MAX_SAFE_INTEGER, without: new Set() };

interface Row {
  readonly head_seq: bigint;
  readonly log_epoch: bigint;
  readonly seq: bigint | null;
  readonly type: string;
  readonly version: number;
  readonly payload: unknown;
  readonly at: Date;
  /** Events that there are after `afterSeq`, those beyond `maxBytes` included, but at most one more than `maxEvents`. */
  readonly found: bigint;
}

/**
 * Rows and head in one statement: a head that is read later makes readers skip what was committed in between. null: there
 * is no such thread in this tenant. Throws `UnknownEventVersion` for a log that a newer build has written to.
 * As the view `whole_events`, but bodies are fetched for the events of the page only.
 */
export async function readEvents(
  sql: Transaction,
  threadId: string,
  afterSeq: number,
  maxEvents: number,
  { maxBytes, without }: PageBounds = everything,
): Promise<EventsPage | null> {
  const rows = await sql<Row[]>`
    select t.head_seq, t.log_epoch, e.seq, e.type, e.version & 16383 as version, e.at, e.found,
      case when e.bodies is null then e.payload else with_bodies(e.tenant_id, e.payload, e.bodies) end as payload
    from threads t left join lateral (
      select sized.*, sum(size) over (order by seq) - size as before, count(*) over () as found from (
        select e.*, octet_length(e.payload::text) + ${bodyBytes(sql, sql`e.bodies`)} as size from thread_events e
        where e.tenant_id = t.tenant_id and e.thread_id = t.id and e.seq > ${afterSeq} and e.type <> all (${listOf(without)}::text[])
        order by e.seq limit ${maxEvents + 1}
      ) sized
    ) e on e.before < ${maxBytes}
    where t.tenant_id = current_tenant() and t.id = ${threadId} order by e.seq`;
  const first = rows[0];
  if (first === undefined) return null;
  const events = rows.flatMap((row) => (row.seq === null ? [] : [readEvent({ ...row, seq: row.seq })]));
  const head = { headSeq: Number(first.head_seq), logEpoch: Number(first.log_epoch) };
  const page = events.slice(0, maxEvents);
  return { ...head, events: page, more: page.length < Number(first.found ?? 0n) };
}

/** Bytes, as they are stored, of the events after `afterSeq`; 0 also where there is no such thread in this tenant. */
export async function readSize(
  sql: Transaction,
  threadId: string,
  afterSeq: number,
  without: ReadonlySet<ThreadEventType>,
): Promise<number> {
  const [row] = await sql<{ size: bigint }[]>`
    select coalesce(sum(pg_column_size(e.payload) + ${bodyBytes(sql, sql`e.bodies`)}), 0)::bigint as size from thread_events e
    where e.tenant_id = current_tenant() and e.thread_id = ${threadId} and e.seq > ${afterSeq}
      and e.type <> all (${listOf(without)}::text[])`;
  return Number(row?.size ?? 0n);
}

function listOf(types: ReadonlySet<ThreadEventType>): string {
  return `{${[...types].map((type) => `"${type}"`).join(",")}}`;
}

function readEvent({ seq, type, version, payload, at }: Row & { seq: bigint }): ThreadEvent {
  return upcast({ seq: Number(seq), type, version, payload, at: at.getTime() });
}
