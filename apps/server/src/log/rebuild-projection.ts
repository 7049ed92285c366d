/**
 * Writes the rows that paging, search and lists read anew from a thread's log. The log is folded aside, into tables of the
 * transaction; only the exchange at its end locks the thread, so that its owner goes on appending meanwhile.
 */
import type { Actor, NewThreadEvent, ThreadEvent } from "@skein/timeline/event";
import { deriveProjection, type ItemRow, type TurnRow } from "@skein/timeline/project/derive-projection";
import type { ThreadPatch } from "@skein/timeline/project/thread-patch";
import { dropSettledTurns } from "@skein/timeline/reduce/drop-settled";
import { emptyTimeline, type Timeline } from "@skein/timeline/reduce/timeline";
import type { Transaction } from "../database/pools.ts";
import { encodeAppend, encodeBatch } from "./encode-append.ts";
import { deriveListPatch, type ListPatch } from "./list-patch.ts";
import { type EventsPage, readEvents } from "./read-events.ts";
import { exchangeApprovals, foldApprovals, prepareApprovals } from "./rebuild-approvals.ts";
import { referToBlobs } from "./refer-to-blobs.ts";

const pageEvents = 1000;
const pageBounds = { maxBytes: 8 * 1024 * 1024, without: new Set<never>() };

interface Folded {
  readonly timeline: Timeline;
  readonly seq: number;
  readonly patch: ListPatch;
  /** Whose turn is open. */
  readonly actor: Actor | null;
}

/** As a role that may write the tables, in a transaction of the tenant. null: there is no such thread in it. */
export async function rebuildProjection(
  sql: Transaction,
  threadId: string,
): Promise<{ readonly turns: number; readonly items: number } | null> {
  await sql`drop table if exists pg_temp.rebuilt_turns, pg_temp.rebuilt_items`;
  await sql`create temp table rebuilt_turns (like turns including defaults, primary key (turn_id)) on commit drop`;
  await sql`create temp table rebuilt_items (like items including defaults, primary key (item_id)) on commit drop`;
  await prepareApprovals(sql);
  const folded = await foldToHead(sql, threadId, { timeline: emptyTimeline, seq: 0, patch: {}, actor: null });
  if (folded === null) return null;
  await sql`select from threads where tenant_id = current_tenant() and id = ${threadId} for no key update`;
  const complete = await foldToHead(sql, threadId, folded);
  if (complete === null) return null;
  await patchThread(sql, threadId, complete.patch);
  await sql`delete from turns where tenant_id = current_tenant() and thread_id = ${threadId}`;
  await sql`delete from items where tenant_id = current_tenant() and thread_id = ${threadId}`;
  await exchangeApprovals(sql, threadId);
  const turns = await sql`insert into turns select * from rebuilt_turns`;
  const items = await sql`insert into items select * from rebuilt_items`;
  return { turns: turns.count, items: items.count };
}

async function foldToHead(sql: Transaction, threadId: string, from: Folded): Promise<Folded | null> {
  let folded = from;
  for (;;) {
    const page = await readEvents(sql, threadId, folded.seq, pageEvents, pageBounds);
    if (page === null) return null;
    folded = await foldPage(sql, threadId, folded, page);
    if (!page.more) return folded;
  }
}

async function foldPage(sql: Transaction, threadId: string, from: Folded, { events }: EventsPage): Promise<Folded> {
  const turnRows = new Map<string, TurnRow>();
  const itemRows = new Map<string, ItemRow>();
  let folded = from;
  for (const event of events) {
    const { after, turns, items, thread } = deriveProjection(folded.timeline, threadId, [event]);
    for (const row of turns) turnRows.set(row.turnId, placed(row, turnRows.get(row.turnId)));
    for (const row of items) itemRows.set(row.itemId, placed(row, itemRows.get(row.itemId)));
    const append = { events: [placeless(event)], expectedSeq: event.seq - 1, projection: { turns, items, thread } };
    const patch = deriveListPatch(append) ?? {};
    folded = {
      timeline: dropSettledTurns(after),
      seq: event.seq,
      patch: merged(folded.patch, patch),
      actor: actorAfter(folded.actor, event),
    };
  }
  await foldApprovals(sql, threadId, events.map(placeless), from.actor);
  const projection = { turns: [...turnRows.values()], items: [...itemRows.values()], thread: noPatch };
  const rows = encodeAppend({ threadId, fence: 0n, expectedSeq: folded.seq, events: [], projection });
  const { turns, items, blobs } = encodeBatch([rows]);
  if (turns !== "") await writeTurns(sql, threadId, turns);
  if (items !== "") await writeItems(sql, threadId, items);
  await referToBlobs(sql, threadId, blobs);
  return folded;
}

function placed<R extends { readonly startedSeq: number | null }>(row: R, before: R | undefined): R {
  return { ...row, startedSeq: row.startedSeq ?? before?.startedSeq ?? null };
}

function actorAfter(actor: Actor | null, event: ThreadEvent): Actor | null {
  if (event.type === "turn.started") return event.actor;
  return event.type === "turn.completed" ? null : actor;
}

/** The first preview counts, of everything else the last. */
function merged(before: ListPatch, patch: ListPatch): ListPatch {
  const preview = before.preview ?? patch.preview;
  return { ...before, ...patch, ...(preview === undefined ? {} : { preview }) };
}

const noPatch: ThreadPatch = { preview: null, updatedAtMs: null, status: "idle" };

function placeless({ seq: _, ...event }: ThreadEvent): NewThreadEvent {
  return event as NewThreadEvent;
}

/** The fields are those of `append_events`; a row without an ordinal changes the one that is there. */
async function writeTurns(sql: Transaction, threadId: string, lines: string): Promise<void> {
  await sql`
    insert into rebuilt_turns as t
      (tenant_id, thread_id, turn_id, ordinal, status, error, started_at, completed_at, duration_ms, extras, as_of, bodies)
    select current_tenant(), ${threadId}, f[2], coalesce(f[3]::bigint, k.ordinal), f[4], f[5]::json, f[6]::bigint, f[7]::bigint,
      f[8]::bigint, f[9]::json, f[10]::bigint, f[11]::json
    from text_rows(${lines}) left join rebuilt_turns k on k.turn_id = f[2]
    where f[3] is not null or k.turn_id is not null
    on conflict (turn_id) do update set status = excluded.status, error = excluded.error, started_at = excluded.started_at,
      completed_at = excluded.completed_at, duration_ms = excluded.duration_ms, extras = excluded.extras,
      as_of = excluded.as_of, bodies = excluded.bodies`;
}

async function writeItems(sql: Transaction, threadId: string, lines: string): Promise<void> {
  await sql`
    insert into rebuilt_items as i
      (tenant_id, thread_id, item_id, turn_id, ordinal, started_at_ms, completed_at_ms, as_of, type, text, item, bodies)
    select current_tenant(), ${threadId}, f[2], f[3], coalesce(f[4]::bigint, k.ordinal), f[5]::bigint, f[6]::bigint, f[7]::bigint,
      f[8], coalesce(f[9], ''), f[10]::json, f[11]::json
    from text_rows(${lines}) left join rebuilt_items k on k.item_id = f[2]
    where f[4] is not null or k.item_id is not null
    on conflict (item_id) do update set started_at_ms = excluded.started_at_ms, completed_at_ms = excluded.completed_at_ms,
      as_of = excluded.as_of, text = excluded.text, item = excluded.item, bodies = excluded.bodies`;
}

/** What the log does not say, such as the first name of a fork, stays; a fork's times begin with the fork. */
async function patchThread(sql: Transaction, threadId: string, patch: ListPatch): Promise<void> {
  await sql`
    update threads t set
      cwd = coalesce(p ->> 'cwd', t.cwd),
      model = coalesce(p ->> 'model', t.model),
      model_provider = coalesce(p ->> 'modelProvider', t.model_provider),
      status = coalesce(p ->> 'status', t.status),
      preview = coalesce(p ->> 'preview', t.preview),
      name = case when p ? 'name' then p ->> 'name' else t.name end,
      archived_at = case when p ? 'archivedAt' then to_timestamp((p ->> 'archivedAt')::bigint / 1000.0) else t.archived_at end,
      updated_at = greatest(t.created_at, to_timestamp((p ->> 'updatedAt')::bigint / 1000.0)),
      recency_at = greatest(t.created_at, to_timestamp((p ->> 'recencyAt')::bigint / 1000.0))
    from (select ${JSON.stringify(patch)}::text::jsonb as p) given
    where t.tenant_id = current_tenant() and t.id = ${threadId}`;
}
