import { queueEventTypes } from "@skein/core/thread/message-queue";
import type { ThreadEvent } from "@skein/timeline/event";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import type { Transaction } from "../database/pools.ts";

export interface OwnerEvents {
  /** In the order of the log. */
  readonly events: readonly ThreadEvent[];
  /** From this seq on `events` holds all that there is; before it, only what the agent's knowledge is folded from. */
  readonly completeFrom: number;
  readonly headSeq: number;
}

/** What `evolve` in packages/core folds of turns that have ended. */
const knowledge: readonly ThreadEvent["type"][] = [
  "thread.created",
  "settings.changed",
  "turn.started",
  "turn.completed",
  "usage.updated",
  "approval.requested",
  "approval.resolved",
  "model.items",
  ...queueEventTypes,
];

interface Row extends Omit<StoredEvent, "seq" | "at"> {
  readonly head_seq: bigint;
  readonly complete_from: bigint;
  readonly seq: bigint;
  readonly at: Date;
}

/**
 * The events that a new owner needs: those of the agent's knowledge, however old, and everything since the oldest turn
 * or item that is still open. null: there is no such thread in this tenant. Throws `UnknownEventVersion`.
 */
export async function readOwnerEvents(sql: Transaction, threadId: string): Promise<OwnerEvents | null> {
  const rows = await sql<Row[]>`
    with place as (
      select t.head_seq, least(
        (select min(ordinal) from turns r where r.tenant_id = t.tenant_id and r.thread_id = t.id and r.status = 'inProgress'),
        (select min(ordinal) from items i where i.tenant_id = t.tenant_id and i.thread_id = t.id and i.completed_at_ms is null),
        t.head_seq + 1) as complete_from
      from threads t where t.tenant_id = current_tenant() and t.id = ${threadId})
    select p.head_seq, p.complete_from, e.seq, e.type, e.version, e.payload, e.at
    from place p join whole_events e on e.tenant_id = current_tenant() and e.thread_id = ${threadId}
      and (e.seq >= p.complete_from or e.type = any(${`{${knowledge.join(",")}}`}))
    order by e.seq`;
  const first = rows[0];
  if (first === undefined) return null;
  return {
    events: rows.map(({ seq, type, version, payload, at }) =>
      upcast({ seq: Number(seq), type, version, payload, at: at.getTime() }),
    ),
    completeFrom: Number(first.complete_from),
    headSeq: Number(first.head_seq),
  };
}
