/** What was open at some seq of the part of a thread that a viewer sees, and whether it is still. */
import type { OpenThings } from "@skein/timeline/redact/view";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import type { Transaction } from "../database/pools.ts";

/** Of turns that began after `fromSeq`. Turns and items that have ended at `seq` may be among them. */
export async function readOpenThings(
  sql: Transaction,
  threadId: string,
  fromSeq: number,
  seq: number,
): Promise<OpenThings> {
  const [row] = await sql<[Omit<OpenThings, "chunks"> & { readonly chunks: readonly StoredEvent[] }]>`
    with open as materialized (
      select i.item_id from items i
      where i.tenant_id = current_tenant() and i.thread_id = ${threadId} and i.ordinal > ${fromSeq} and i.ordinal <= ${seq}
        and (i.completed_at_ms is null or i.as_of > ${seq}))
    select coalesce((
        select json_agg(u.turn_id) from turns u
        where u.tenant_id = current_tenant() and u.thread_id = ${threadId} and u.ordinal > ${fromSeq} and u.ordinal <= ${seq}
          and (u.status = 'inProgress' or u.as_of > ${seq})), '[]') as turns,
      case when ${fromSeq}::bigint > 0 then coalesce((
        select json_agg(u.turn_id) from turns u
        where u.tenant_id = current_tenant() and u.thread_id = ${threadId} and u.ordinal > ${fromSeq} and u.ordinal <= ${seq}), '[]') end as begun,
      coalesce((select json_agg(item_id) from open), '[]') as items,
      coalesce((
        select json_agg(json_build_object('seq', e.seq, 'type', e.type, 'version', e.version, 'payload', e.payload,
          'at', extract(epoch from e.at) * 1000) order by e.seq)
        from open join lateral (
          select * from whole_events w where w.tenant_id = current_tenant() and w.thread_id = ${threadId}
            and w.seq > ${fromSeq} and w.seq <= ${seq} and w.item_id = open.item_id and w.type = 'item.chunk' offset 0) e on true), '[]') as chunks`;
  return { ...row, chunks: row.chunks.map(upcast) };
}

/** Of these items those that have ended. */
export async function readEnded(
  sql: Transaction,
  threadId: string,
  itemIds: readonly string[],
): Promise<readonly string[]> {
  if (itemIds.length === 0) return [];
  const rows = await sql<{ item_id: string }[]>`
    select i.item_id from items i where i.tenant_id = current_tenant() and i.thread_id = ${threadId}
      and i.item_id = any (array(select json_array_elements_text(${JSON.stringify(itemIds)}::text::json))) and i.completed_at_ms is not null`;
  return rows.map(({ item_id }) => item_id);
}

/** Where the turn begins that runs now; else where the log ends. Whatever is shared is whole turns. */
export async function readTurnBorder(sql: Transaction, threadId: string): Promise<number | null> {
  const [row] = await sql<{ border: bigint }[]>`
    select coalesce((select min(u.ordinal) - 1 from turns u
      where u.tenant_id = t.tenant_id and u.thread_id = t.id and u.status = 'inProgress'), t.head_seq)::bigint as border
    from threads t where t.tenant_id = current_tenant() and t.id = ${threadId}`;
  return row === undefined ? null : Number(row.border);
}
