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

interface Row extends Omit<StoredEvent, "seq" | "at"> {
  readonly head_seq: bigint;
  readonly complete_from: bigint;
  /** null: there is no event after the snapshot. */
  readonly seq: bigint | null;
  readonly at: Date;
}

/**
 * What a new owner needs: the snapshot, if there is one of this version, and every event after it. Without one: the events
 * of the agent's knowledge, however old, and everything since the oldest turn or item that is still open. null: there is no
 * such thread in this tenant. Throws `UnknownEventVersion`.
 *
 * The snapshot is read by itself: what follows it is complete whenever it was made, and events and head come together. In one
 * statement the planner does not know where the tail begins, and was seen to scan a million events for 500.
 */
export async function readOwnerEvents(
  sql: Transaction,
  threadId: string,
  snapshotVersion: number,
): Promise<OwnerEvents | null> {
  const [found] = await sql<{ seq: bigint; state: unknown }[]>`
    select seq, state from whole_snapshots
    where tenant_id = current_tenant() and thread_id = ${threadId} and version = ${snapshotVersion}`;
  const snapshot = found === undefined ? null : { seq: Number(found.seq), state: found.state };
  const rows = snapshot === null ? await readKnowledge(sql, threadId) : await readTail(sql, threadId, snapshot.seq);
  const first = rows[0];
  if (first === undefined) return null;
  return {
    snapshot,
    events: rows.flatMap(({ seq, type, version, payload, at }) =>
      seq === null ? [] : [upcast({ seq: Number(seq), type, version, payload, at: at.getTime() })],
    ),
    completeFrom: Number(first.complete_from),
    headSeq: Number(first.head_seq),
  };
}

function readTail(sql: Transaction, threadId: string, afterSeq: number): Promise<readonly Row[]> {
  return sql<Row[]>`
    select t.head_seq, ${afterSeq + 1}::bigint as complete_from, e.seq, e.type, e.version, e.payload, e.at
    from threads t left join whole_events e on e.tenant_id = t.tenant_id and e.thread_id = t.id and e.seq > ${afterSeq}
    where t.tenant_id = current_tenant() and t.id = ${threadId} order by e.seq`;
}

function readKnowledge(sql: Transaction, threadId: string): Promise<readonly Row[]> {
  return sql<Row[]>`
    with place as materialized (
      select t.head_seq, least(
        (select min(ordinal) from turns r where r.tenant_id = t.tenant_id and r.thread_id = t.id and r.status = 'inProgress'),
        (select min(ordinal) from items i where i.tenant_id = t.tenant_id and i.thread_id = t.id and i.completed_at_ms is null),
        t.head_seq + 1) as complete_from
      from threads t where t.tenant_id = current_tenant() and t.id = ${threadId})
    select p.head_seq, p.complete_from, e.seq, e.type, e.version, e.payload, e.at
    from place p join whole_events e on e.tenant_id = current_tenant() and e.thread_id = ${threadId}
      and (e.seq >= p.complete_from or e.type = any(${`{${knowledge.join(",")}}`}))
    order by e.seq`;
}
