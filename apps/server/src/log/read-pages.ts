/**
 * Pages of turns and items. Each is one statement, which is one snapshot: the rows, the head that they belong to, and the events that have
 * come for open items since their rows were written. Folding those events into the rows gives the state at the head.
 */
import type { ThreadEvent } from "@skein/timeline/event";
import type { ItemRow, TurnRow } from "@skein/timeline/project/derive-projection";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import type { Transaction } from "../database/pools.ts";
import { deriveBounds, deriveEdges, type PageEdges, type PageRequest } from "./place.ts";

interface Page extends PageEdges {
  /** The seq that the page is as of. */
  readonly headSeq: number;
  readonly logEpoch: number;
  /** In the order of the log. */
  readonly openEvents: readonly ThreadEvent[];
}

export interface ItemsPage extends Page {
  readonly items: readonly ItemRow[];
}

export interface TurnsPage extends Page {
  readonly turns: readonly TurnRow[];
  /** Of these turns, in the order in which they started. */
  readonly items: readonly ItemRow[];
}

/** How much of the turns' items comes along; `summary`: what people and the agent said. */
export type TurnItems = "none" | "summary" | "all";

interface PageRow<Rows> {
  readonly head_seq: bigint;
  readonly log_epoch: bigint;
  readonly rows: Rows;
  readonly items: readonly ItemRow[];
  readonly events: readonly StoredEvent[];
}

/** null: there is no such thread in this tenant. `turnId` restricts the page to one turn, `itemId` to one item. */
export async function readItemsPage(
  sql: Transaction,
  threadId: string,
  request: PageRequest & { readonly turnId?: string; readonly itemId?: string },
): Promise<ItemsPage | null> {
  const { above, below } = deriveBounds(request);
  const order = request.direction === "asc" ? sql`asc` : sql`desc`;
  const ofTurn = request.turnId === undefined ? sql`` : sql`and turn_id = ${request.turnId}`;
  const ofItem = request.itemId === undefined ? sql`` : sql`and item_id = ${request.itemId}`;
  const [row] = await sql<PageRow<readonly ItemRow[]>[]>`
    with page as materialized (
      select ${itemColumns(sql)} from whole_items
      where tenant_id = current_tenant() and thread_id = ${threadId} and ordinal > ${above} and ordinal < ${below} ${ofTurn} ${ofItem}
      order by ordinal ${order} limit ${request.limit + 1})
    select t.head_seq, t.log_epoch, coalesce((select json_agg(page) from page), '[]') as rows, '[]'::json as items,
      ${openEvents(sql, threadId, sql`page`)} as events
    from threads t where t.tenant_id = current_tenant() and t.id = ${threadId}`;
  if (row === undefined) return null;
  const items = row.rows.slice(0, request.limit);
  return { ...presentPage(row, request.limit), items, openEvents: eventsOf(row.events, items) };
}

/** null: there is no such thread in this tenant. */
export async function readTurnsPage(
  sql: Transaction,
  threadId: string,
  request: PageRequest & { readonly items: TurnItems },
): Promise<TurnsPage | null> {
  const { above, below } = deriveBounds(request);
  const order = request.direction === "asc" ? sql`asc` : sql`desc`;
  const [row] = await sql<PageRow<readonly TurnRow[]>[]>`
    with page as materialized (
      select turn_id as "turnId", ordinal as "startedSeq", status, error, started_at as "startedAt", completed_at as "completedAt",
        duration_ms as "durationMs", extras, as_of as "asOf" from whole_turns
      where tenant_id = current_tenant() and thread_id = ${threadId} and ordinal > ${above} and ordinal < ${below}
      order by ordinal ${order} limit ${request.limit + 1}),
    parts as materialized (
      select ${itemColumns(sql)} from whole_items
      where tenant_id = current_tenant() and thread_id = ${threadId} and turn_id in (select "turnId" from page) and ${wanted(sql, request.items)}
      order by ordinal)
    select t.head_seq, t.log_epoch, coalesce((select json_agg(page) from page), '[]') as rows,
      coalesce((select json_agg(parts) from parts), '[]') as items, ${openEvents(sql, threadId, sql`parts`)} as events
    from threads t where t.tenant_id = current_tenant() and t.id = ${threadId}`;
  if (row === undefined) return null;
  const turns = row.rows.slice(0, request.limit).map(turnRow);
  const shown = new Set(turns.map(({ turnId }) => turnId));
  const items = row.items.filter(({ turnId }) => shown.has(turnId));
  return { ...presentPage(row, request.limit), turns, items, openEvents: eventsOf(row.events, items) };
}

function itemColumns(sql: Transaction) {
  return sql`item_id as "itemId", turn_id as "turnId", ordinal as "startedSeq", item, started_at_ms as "startedAtMs",
    completed_at_ms as "completedAtMs", as_of as "asOf"`;
}

function wanted(sql: Transaction, items: TurnItems) {
  switch (items) {
    case "none":
      return sql`false`;
    case "summary":
      return sql`type in ('userMessage', 'agentMessage')`;
    case "all":
      return sql`true`;
  }
}

/** An open item is near the end of its log, so the scan from its row's seq to the head is short. */
function openEvents(sql: Transaction, threadId: string, rows: ReturnType<Transaction>) {
  return sql`coalesce((
    select json_agg(json_build_object('seq', e.seq, 'type', e.type, 'version', e.version, 'payload', e.payload,
      'at', extract(epoch from e.at) * 1000) order by e.seq)
    from ${rows} as open join whole_events e
      on e.tenant_id = current_tenant() and e.thread_id = ${threadId} and e.seq > open."asOf" and e.item_id = open."itemId"
    where open."completedAtMs" is null), '[]')`;
}

function presentPage(row: PageRow<readonly { startedSeq: number | null }[]>, limit: number) {
  const edges = deriveEdges(
    row.rows.map(({ startedSeq }) => startedSeq ?? 0),
    limit,
  );
  return { ...edges, headSeq: Number(row.head_seq), logEpoch: Number(row.log_epoch) };
}

/** Without those of a row that was read only to see whether there is a next page. */
function eventsOf(events: readonly StoredEvent[], items: readonly ItemRow[]): ThreadEvent[] {
  const shown = new Set(items.map(({ itemId }) => itemId));
  return events.map(upcast).filter((event) => "itemId" in event && shown.has(event.itemId));
}

function turnRow({ extras, ...columns }: TurnRow & { extras?: Pick<TurnRow, "plan" | "diff" | "errors"> }): TurnRow {
  return { ...columns, ...extras };
}
