import type { Sql } from "../database/pools.ts";

export interface Head {
  readonly headSeq: number;
  readonly logEpoch: number;
  readonly fence: bigint;
  readonly ownerNode: string | null;
}

/** The heads of threads of any tenant, in one query; threads that are gone are missing. `log`: a pool of the role `skein_log`. */
export async function readHeads(log: Sql, threadIds: readonly string[]): Promise<ReadonlyMap<string, Head>> {
  const rows = await log<
    { id: string; head_seq: bigint; log_epoch: bigint; fence: bigint; owner_node: string | null }[]
  >`
    select * from thread_heads(${`{${threadIds.join(",")}}`})`;
  return new Map(
    rows.map(({ id, head_seq, log_epoch, fence, owner_node }) => [
      id,
      { headSeq: Number(head_seq), logEpoch: Number(log_epoch), fence, ownerNode: owner_node },
    ]),
  );
}
