import type { Sql } from "../database/pools.ts";
import { encodeBlob } from "./encode-append.ts";
import { encodeLines, numbered } from "./rows.ts";
import { splitBodies } from "./split-bodies.ts";

export interface Snapshot {
  readonly threadId: string;
  /** Of the lease under which the writer owns the thread. */
  readonly fence: bigint;
  /** The event up to which `state` is folded. */
  readonly seq: number;
  readonly version: number;
  /** JSON text. */
  readonly state: string;
}

/** False: the writer does not own the thread, or what is kept is newer. `log`: a pool of the role `skein_log`. */
export async function writeSnapshot(log: Sql, snapshot: Snapshot): Promise<boolean> {
  const { threadId, fence, seq, version } = snapshot;
  const { rest, places, bodies } = splitBodies(snapshot.state);
  const distinct = new Map(bodies.map((body) => [body.sha256, body]));
  const blobs = encodeLines([...distinct.values()].map((body) => numbered(0, encodeBlob(threadId, body))));
  const [row] = await log<[{ written: boolean }]>`
    select write_snapshot(${threadId}, ${fence}, ${seq}, ${version}, ${rest}, ${places}, ${blobs}) as written`;
  return row.written;
}
