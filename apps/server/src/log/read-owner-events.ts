import { queueEventTypes } from "@skein/core/thread/message-queue";
import type { ThreadEvent } from "@skein/timeline/event";
import { type StoredEvent, upcast } from "@skein/timeline/upcast";
import type { Transaction } from "../database/pools.ts";

export interface OwnerEvents {
  /** What an earlier owner knew: the parsed JSON that it wrote, folded from every event up to `seq`. null: there is none. */
  readonly snapshot: { readonly seq: number; readonly state: unknown } | null;
  /** After the snapshot, in the order of the log. */
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

interface Row extends Omit<StoredEvent, "seq" | "at" | "version"> {
  readonly head_seq: bigint;
  readonly complete_from: bigint;
  readonly seq: bigint;
  /** null: this row is the snapshot. */
  readonly version: number | null;
  readonly at: Date;
}

/**
 * What a new owner needs: the snapshot, if there is one of this version, and every event after it. Without one: the events
 * of the agent's knowledge, however old, and everything since the oldest turn or item that is still open. null: there is no
 * such thread in this tenant. Throws `UnknownEventVersion`.
 */
export async function readOwnerEvents(
  sql: Transaction,
  threadId: string,
  snapshotVersion: number,
): Promise<OwnerEvents | null> {
  const rows = await sql<Row[]>`
    with place as materialized (
      select t.head_seq, s.seq as snapshot_seq, s.state, case when s.seq is not null then s.seq + 1 else least(
        (select min(ordinal) from turns r where r.tenant_id = t.tenant_id and r.thread_id = t.id and r.status = 'inProgress'),
        (select min(ordinal) from items i where i.tenant_id = t.tenant_id and i.thread_id = t.id and i.completed_at_ms is null),
        t.head_seq + 1) end as complete_from
      from threads t left join whole_snapshots s
        on s.tenant_id = t.tenant_id and s.thread_id = t.id and s.version = ${snapshotVersion} and s.seq <= t.head_seq
      where t.tenant_id = current_tenant() and t.id = ${threadId})
    select p.head_seq, p.complete_from, p.snapshot_seq as seq, '' as type, null::smallint as version, p.state as payload, now() as at
    from place p where p.snapshot_seq is not null
    union all
    select p.head_seq, p.complete_from, e.seq, e.type, e.version, e.payload, e.at
    from place p join whole_events e on e.tenant_id = current_tenant() and e.thread_id = ${threadId}
      and e.seq > coalesce(p.snapshot_seq, 0) and (e.seq >= p.complete_from or e.type = any(${`{${knowledge.join(",")}}`}))
    order by seq`;
  const first = rows[0];
  if (first === undefined) return null;
  return {
    snapshot: first.version === null ? { seq: Number(first.seq), state: first.payload } : null,
    events: rows.flatMap(({ seq, type, version, payload, at }) =>
      version === null ? [] : [upcast({ seq: Number(seq), type, version, payload, at: at.getTime() })],
    ),
    completeFrom: Number(first.complete_from),
    headSeq: Number(first.head_seq),
  };
}
