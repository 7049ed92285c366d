import type { Sql } from "../database/pools.ts";

/**
 * Of at most `limit` blobs, of any tenant, to which deleted threads referred, deletes those to which no other thread refers. Gives how many
 * it looked at. `log`: a pool of the role `skein_log`.
 */
export async function sweepBlobs(log: Sql, limit: number): Promise<number> {
  const [row] = await log<[{ seen: bigint }]>`select sweep_blobs(${limit}) as seen`;
  return Number(row.seen);
}
