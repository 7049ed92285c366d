import type { Sql } from "../database/pools.ts";

/** What one step of compaction found; either number at its limit means that more may be left. */
export interface CompactedChunks {
  readonly items: number;
  readonly chunks: number;
}

/**
 * Deletes chunks, of any tenant, whose item was completed longer than `olderThanSeconds` ago: at most `limit` items and `limit` chunks.
 * `log`: a pool of the role `skein_log`.
 */
export async function compactChunks(log: Sql, olderThanSeconds: number, limit: number): Promise<CompactedChunks> {
  const [row] = await log<[{ items: bigint; chunks: bigint }]>`
    select items, chunks from compact_chunks(make_interval(secs => ${olderThanSeconds}), ${limit})`;
  return { items: Number(row.items), chunks: Number(row.chunks) };
}
