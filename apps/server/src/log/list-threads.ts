import type { Transaction } from "../database/pools.ts";
import type { ThreadPlace, ThreadSortKey } from "./thread-place.ts";
import { type ThreadRecord, type ThreadRow, threadColumns, threadRecord } from "./thread-record.ts";

export interface ThreadFilter {
  readonly archived: boolean;
  /** Exact paths; null: any. */
  readonly cwds: readonly string[] | null;
  /** Values of `source`; null: any. */
  readonly sources: readonly string[] | null;
  readonly modelProviders: readonly string[] | null;
  readonly originators: readonly string[] | null;
  readonly excludedThreadIds: readonly string[];
  /** Only what this person may read; null: everything in the tenant. */
  readonly reader: string | null;
  /** Of what is readable only what this person has made, or what was shared with them. null: both, and others'. */
  readonly belonging: { readonly userId: string; readonly as: "creator" | "guest" } | null;
  /** Found in the name or in the first words of the thread, whatever the case. null: any. */
  readonly searchTerm: string | null;
}

export interface ThreadOrder {
  readonly sortKey: ThreadSortKey;
  readonly direction: "asc" | "desc";
  /** null: from the end at which the direction begins. */
  readonly from: ThreadPlace | null;
  /** At least 1. */
  readonly limit: number;
}

export interface ThreadsPage<T> {
  readonly data: readonly T[];
  /** null: this was the last page. */
  readonly next: ThreadPlace | null;
  /** From this page's first thread in the other direction; null: the page is empty. */
  readonly backwards: ThreadPlace | null;
}

/** The tenant's threads without the ephemeral ones, of which no list tells. */
export async function listThreads(
  sql: Transaction,
  filter: ThreadFilter,
  order: ThreadOrder,
): Promise<ThreadsPage<ThreadRecord>> {
  const term = filter.searchTerm;
  const named =
    term === null ? sql`` : sql`and (${holds(sql, sql`t.name`, term)} or ${holds(sql, sql`t.preview`, term)})`;
  const rows = await sql<ThreadRow[]>`
    select ${threadColumns(sql)} from threads t where ${matches(sql, filter)} ${named} and ${isBeyond(sql, order)} ${ordered(sql, order)}`;
  return pageOf(rows.map(threadRecord), (thread) => thread, order);
}

export interface ThreadMatch {
  readonly thread: ThreadRecord;
  /** The text around the first place where the term stands. */
  readonly snippet: string;
}

/** The tenant's threads in which `searchTerm` stands, in the name or in what was said and done, whatever the case. */
export async function searchThreads(
  sql: Transaction,
  filter: Omit<ThreadFilter, "searchTerm"> & { readonly searchTerm: string },
  order: ThreadOrder,
): Promise<ThreadsPage<ThreadMatch>> {
  const term = filter.searchTerm;
  const rows = await sql<(ThreadRow & { found: string })[]>`
    select ${threadColumns(sql)}, found.text as found from threads t cross join lateral (
      select text from (
        select i.text, i.ordinal from items i
        where i.tenant_id = t.tenant_id and i.thread_id = t.id and ${holds(sql, sql`i.text`, term)}
        union all select t.name, 0 where ${holds(sql, sql`t.name`, term)}
      ) places order by ordinal desc limit 1
    ) found
    where ${matches(sql, filter)} and ${isBeyond(sql, order)} ${ordered(sql, order)}`;
  const found = rows.map((row) => ({ thread: threadRecord(row), snippet: deriveSnippet(row.found, term) }));
  return pageOf(found, ({ thread }) => thread, order);
}

const snippetChars = 160;

export function deriveSnippet(text: string, term: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(term.toLowerCase()));
  const start = Math.max(0, at - (snippetChars - term.length) / 2);
  return text
    .slice(start, start + snippetChars)
    .replace(/\s+/g, " ")
    .trim()
    .toWellFormed();
}

function holds(sql: Transaction, column: ReturnType<Transaction>, term: string) {
  return sql`strpos(lower(${column}), lower(${term})) > 0`;
}

function matches(sql: Transaction, filter: Omit<ThreadFilter, "searchTerm">) {
  const among = (column: ReturnType<Transaction>, values: readonly string[] | null) =>
    values === null
      ? sql``
      : sql`and ${column} in (select json_array_elements_text(${JSON.stringify(values)}::text::json))`;
  const excluded = filter.excludedThreadIds;
  return sql`t.tenant_id = current_tenant() and not t.ephemeral
    and ${filter.archived ? sql`t.archived_at is not null` : sql`t.archived_at is null`}
    ${among(sql`t.cwd`, filter.cwds)} ${among(sql`t.source`, filter.sources)} ${among(sql`t.model_provider`, filter.modelProviders)}
    ${among(sql`t.originator`, filter.originators)}
    ${filter.reader === null ? sql`` : sql`and ${isReadable(sql, filter.reader)}`}
    ${filter.belonging === null ? sql`` : sql`and ${belongs(sql, filter.belonging)}`}
    ${excluded.length === 0 ? sql`` : sql`and not t.id::text in (select json_array_elements_text(${JSON.stringify(excluded)}::text::json))`}`;
}

function isReadable(sql: Transaction, userId: string) {
  return sql`(t.created_by = ${userId} or ${isShared(sql, userId)})`;
}

function belongs(sql: Transaction, { userId, as }: NonNullable<ThreadFilter["belonging"]>) {
  if (as === "creator") return sql`t.created_by = ${userId}`;
  return sql`(t.created_by is distinct from ${userId} and ${isShared(sql, userId)})`;
}

function isShared(sql: Transaction, userId: string) {
  return sql`t.id in (select g.thread_id from thread_grants g where g.tenant_id = current_tenant() and g.user_id = ${userId})`;
}

function isBeyond(sql: Transaction, { sortKey, direction, from }: ThreadOrder) {
  if (from === null) return sql`true`;
  const strict = from.inclusive ? sql`=` : sql``;
  const operator = direction === "asc" ? sql`>` : sql`<`;
  return sql`(t.${sql(sortKey)}, t.id) ${operator}${strict} (to_timestamp(${from.atMs}::bigint / 1000.0), ${from.threadId})`;
}

function ordered(sql: Transaction, { sortKey, direction, limit }: ThreadOrder) {
  const way = direction === "asc" ? sql`asc` : sql`desc`;
  return sql`order by t.${sql(sortKey)} ${way}, t.id ${way} limit ${limit + 1}`;
}

function pageOf<T>(found: readonly T[], threadOf: (entry: T) => ThreadRecord, order: ThreadOrder): ThreadsPage<T> {
  const data = found.slice(0, order.limit);
  const [first, last] = [data[0], data.at(-1)];
  const placeOf = (entry: T, inclusive: boolean): ThreadPlace => {
    const { id, createdAtMs, updatedAtMs, recencyAtMs } = threadOf(entry);
    const atMs = { created_at: createdAtMs, updated_at: updatedAtMs, recency_at: recencyAtMs }[order.sortKey];
    return { atMs, threadId: id, inclusive };
  };
  return {
    data,
    next: found.length > order.limit && last !== undefined ? placeOf(last, false) : null,
    backwards: first === undefined ? null : placeOf(first, true),
  };
}
