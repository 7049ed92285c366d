/**
 * Pages of turns and items. Each is one statement, which is one snapshot: the rows, the head that they belong to, and the events that have
 * come for open items since their rows were written. Folding those events into the rows gives the state at the head.
 * A page ends early where its rows would be too many bytes; what is kept apart from a row is fetched for the rows of the page only.
 */
import type { PendingApproval } from "@skein/core/thread/evolve";
import type { ThreadEvent } from "@skein/timeline/event";
import type { ItemRow, TurnRow } from "@skein/timeline/project/derive-projection";
import type { TurnExtras } from "@skein/timeline/reduce/timeline";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import type { Fragment, Transaction } from "../database/pools.ts";
import { bodyBytes } from "./body-bytes.ts";
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
  /** Of the thread, in the order in which they were asked for. */
  readonly pendingApprovals: readonly PendingApproval[];
  /** The events of all comments on these turns, in the order of the log. */
  readonly comments: readonly ThreadEvent[];
}

/** How much of the turns' items comes along; `summary`: what people and the agent said. */
export type TurnItems = "none" | "summary" | "all";

/** Of rows as text, bodies kept apart included. The first row is read however large it is, a turn with the items asked for. */
const maxPageBytes = 2 * 1024 * 1024;

interface PageRow<Rows> {
  readonly head_seq: bigint;
  readonly log_epoch: bigint;
  /** Ordinals of what was found, one more than asked for where there are more. The page has the first of them. */
  readonly found: readonly number[];
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
  const ofTurn = request.turnId === undefined ? sql`` : sql`and i.turn_id = ${request.turnId}`;
  const ofItem = request.itemId === undefined ? sql`` : sql`and i.item_id = ${request.itemId}`;
  const [row] = await sql<PageRow<readonly ItemRow[]>[]>`
    with found as materialized (
      select i.item_id, i.ordinal, ${itemBytes(sql)} as bytes from items i
      where i.tenant_id = current_tenant() and i.thread_id = ${threadId} and i.ordinal > ${above} and i.ordinal < ${below} ${ofTurn} ${ofItem}
      order by i.ordinal ${order} limit ${request.limit + 1}),
    page as materialized (
      select ${itemColumns(sql)} from whole_items i
      where i.tenant_id = current_tenant() and i.thread_id = ${threadId}
        and i.item_id = any (array(${withinBytes(sql, sql`item_id`, order, request.limit)}))
      order by i.ordinal ${order})
    select t.head_seq, t.log_epoch, ${foundOrdinals(sql, order)} as found, coalesce((select json_agg(page) from page), '[]') as rows,
      '[]'::json as items, ${openEvents(sql, threadId, sql`page`)} as events
    from threads t where t.tenant_id = current_tenant() and t.id = ${threadId}`;
  if (row === undefined) return null;
  return { ...presentPage(row), items: row.rows, openEvents: row.events.map(upcast) };
}

interface TurnsPageRow extends PageRow<readonly TurnRow[]> {
  readonly pending: readonly PendingApproval[];
  readonly comments: readonly StoredEvent[];
}

/** null: there is no such thread in this tenant. */
export async function readTurnsPage(
  sql: Transaction,
  threadId: string,
  request: PageRequest & { readonly items: TurnItems },
): Promise<TurnsPage | null> {
  const { above, below } = deriveBounds(request);
  const order = request.direction === "asc" ? sql`asc` : sql`desc`;
  const [row] = await sql<TurnsPageRow[]>`
    with found as materialized (
      select u.turn_id, u.ordinal, octet_length(u.extras::text) + ${bodyBytes(sql, sql`u.bodies`)} + coalesce((
          select sum(${itemBytes(sql)}) from items i
          where i.tenant_id = u.tenant_id and i.thread_id = u.thread_id and i.turn_id = u.turn_id and ${wanted(sql, request.items)}), 0) as bytes
      from turns u
      where u.tenant_id = current_tenant() and u.thread_id = ${threadId} and u.ordinal > ${above} and u.ordinal < ${below}
      order by u.ordinal ${order} limit ${request.limit + 1}),
    chosen as materialized (select array(${withinBytes(sql, sql`turn_id`, order, request.limit)}) as turns),
    page as materialized (
      select turn_id as "turnId", ordinal as "startedSeq", status, error, started_at as "startedAt", completed_at as "completedAt",
        duration_ms as "durationMs", extras, as_of as "asOf" from whole_turns
      where tenant_id = current_tenant() and thread_id = ${threadId} and turn_id = any ((select turns from chosen)::text[])
      order by ordinal ${order}),
    parts as materialized (
      select ${itemColumns(sql)} from whole_items i
      where i.tenant_id = current_tenant() and i.thread_id = ${threadId} and i.turn_id = any ((select turns from chosen)::text[])
        and ${wanted(sql, request.items)}
      order by i.ordinal)
    select t.head_seq, t.log_epoch, ${foundOrdinals(sql, order)} as found, coalesce((select json_agg(page) from page), '[]') as rows,
      coalesce((select json_agg(parts) from parts), '[]') as items, ${openEvents(sql, threadId, sql`parts`)} as events,
      ${pendingApprovals(sql, threadId)} as pending, ${commentEvents(sql, threadId)} as comments
    from threads t where t.tenant_id = current_tenant() and t.id = ${threadId}`;
  if (row === undefined) return null;
  return {
    ...presentPage(row),
    turns: row.rows.map(turnRow),
    items: row.items,
    openEvents: row.events.map(upcast),
    pendingApprovals: row.pending,
    comments: row.comments.map(upcast),
  };
}

function itemColumns(sql: Transaction) {
  return sql`item_id as "itemId", turn_id as "turnId", ordinal as "startedSeq", item, started_at_ms as "startedAtMs",
    completed_at_ms as "completedAtMs", as_of as "asOf"`;
}

/** Of the item `i`, as text. */
function itemBytes(sql: Transaction) {
  return sql`octet_length(i.item::text) + ${bodyBytes(sql, sql`i.bodies`)}`;
}

/** The ids of what was found, as far as the page goes. */
function withinBytes(sql: Transaction, id: Fragment, order: Fragment, limit: number) {
  return sql`
    select ${id} from (select ${id}, ordinal, bytes, sum(bytes) over (order by ordinal ${order}) as through from found) sized
    where through <= ${maxPageBytes} or through = bytes order by ordinal ${order} limit ${limit}`;
}

function foundOrdinals(sql: Transaction, order: Fragment) {
  return sql`coalesce((select json_agg(ordinal order by ordinal ${order}) from found), '[]')`;
}

function wanted(sql: Transaction, items: TurnItems) {
  switch (items) {
    case "none":
      return sql`false`;
    case "summary":
      return sql`i.type in ('userMessage', 'agentMessage')`;
    case "all":
      return sql`true`;
  }
}

/**
 * An open item is near the end of its log, so what lies between its row's seq and the head is little. The head says nothing new, but
 * the planner takes a range with two ends for a small part of the log, and one with an open end for a third of it.
 */
function openEvents(sql: Transaction, threadId: string, rows: Fragment) {
  return sql`coalesce((
    select json_agg(json_build_object('seq', e.seq, 'type', e.type, 'version', e.version, 'payload', e.payload,
      'at', extract(epoch from e.at) * 1000) order by e.seq)
    from ${rows} as open join lateral (
      select * from whole_events w where w.tenant_id = current_tenant() and w.thread_id = ${threadId}
        and w.seq > open."asOf" and w.seq <= t.head_seq and w.item_id = open."itemId" offset 0) e on true
    where open."completedAtMs" is null), '[]')`;
}

/** By an index that holds nothing else. Comments are short, so that none has a body of its own. */
function commentEvents(sql: Transaction, threadId: string) {
  return sql`coalesce((
    select json_agg(json_build_object('seq', c.seq, 'type', c.type, 'version', c.version, 'payload', c.payload,
      'at', extract(epoch from c.at) * 1000) order by c.seq)
    from thread_events c where c.tenant_id = current_tenant() and c.thread_id = ${threadId} and c.type like 'comment.%'
      and c.payload ->> 'turnId' = any ((select turns from chosen)::text[])), '[]')`;
}

function pendingApprovals(sql: Transaction, threadId: string) {
  return sql`coalesce((
    select json_agg(json_build_object('approvalId', a.approval_id, 'turnId', a.turn_id, 'itemId', a.item_id, 'request', a.request,
      'requestedAt', extract(epoch from a.requested_at) * 1000) order by a.requested_at, a.approval_id)
    from approvals a where a.tenant_id = current_tenant() and a.thread_id = ${threadId} and a.resolved_at is null), '[]')`;
}

function presentPage({ found, rows, head_seq, log_epoch }: PageRow<readonly unknown[]>) {
  return { ...deriveEdges(found, rows.length), headSeq: Number(head_seq), logEpoch: Number(log_epoch) };
}

/** Rows from before there were questions, warnings and decisions have none. */
function turnRow({ extras, ...columns }: TurnRow & { extras?: Omit<TurnExtras, "comments"> }): TurnRow {
  const { questions = [], warnings = [], decisions = [] } = extras ?? {};
  return { ...columns, ...extras, questions, warnings, decisions };
}
