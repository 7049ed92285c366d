import { emptyQueue, evolveQueue, type QueueEvent } from "@skein/core/thread/message-queue";
import type { QueuedMessage } from "@skein/timeline/event";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import type { Transaction } from "../database/pools.ts";

interface Row extends Omit<StoredEvent, "seq" | "at"> {
  readonly seq: bigint;
  readonly at: Date;
}

/** The messages that wait in the thread, first the one that starts next, as its log says. Needs no owner. */
export async function readQueue(sql: Transaction, threadId: string): Promise<readonly QueuedMessage[]> {
  const rows = await sql<Row[]>`
    select seq, type, version, payload, at from whole_events
    where tenant_id = current_tenant() and thread_id = ${threadId} and type like 'queue.%' order by seq`;
  return rows
    .map(({ seq, at, ...row }) => upcast({ ...row, seq: Number(seq), at: at.getTime() }) as QueueEvent)
    .reduce(evolveQueue, emptyQueue).messages;
}
