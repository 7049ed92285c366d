import type { Transaction } from "../database/pools.ts";

/**
 * As the SQL function `keep_blobs`, for an operator's long transaction: blobs that are there are not locked, because the appends of every
 * thread that refers to them would wait for its end. `blobs`: lines of `encodeBatch`, of the one thread. As the owner of the database.
 */
export async function referToBlobs(sql: Transaction, threadId: string, blobs: string): Promise<void> {
  if (blobs === "") return;
  await sql`
    insert into blobs (tenant_id, sha256, bytes, size)
    select distinct on (f[3]) current_tenant(), decode(f[3], 'hex'), convert_to(f[4], 'UTF8'), octet_length(f[4])
    from text_rows(${blobs}) order by f[3]
    on conflict do nothing`;
  await sql`
    insert into blob_refs (tenant_id, thread_id, sha256)
    select distinct current_tenant(), ${threadId}::uuid, decode(f[3], 'hex') from text_rows(${blobs})
    on conflict do nothing`;
}
