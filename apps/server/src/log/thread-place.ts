/** The times by which lists of threads are ordered; also the names of the columns. */
export type ThreadSortKey = "created_at" | "updated_at" | "recency_at";

/** Where a page begins in a list of threads: at one thread, by its time and then its id. */
export interface ThreadPlace {
  /** Of the sort key, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly threadId: string;
  /** Whether that thread belongs to the page. */
  readonly inclusive: boolean;
}

/** The shape of upstream's cursors: `2026-11-20T09:56:58.000Z|<id>`, with "=" before it where the thread belongs to the page. */
export function encodeThreadPlace({ atMs, threadId, inclusive }: ThreadPlace): string {
  return `${inclusive ? "=" : ""}${new Date(atMs).toISOString()}|${threadId}`;
}

const pattern = /^(=?)(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** null: not a cursor of ours. */
export function parseThreadPlace(cursor: string): ThreadPlace | null {
  const [, mark, time, threadId] = pattern.exec(cursor) ?? [];
  const atMs = Date.parse(time ?? "");
  return threadId === undefined || Number.isNaN(atMs) ? null : { atMs, threadId, inclusive: mark === "=" };
}
