import type { Sql } from "../database/pools.ts";

/** Ownership of a thread by this node: every append proves it by the fence. */
export interface Lease {
  readonly tenantId: string;
  readonly threadId: string;
  /** Raised by every claim, so that of two nodes that both believe to own a thread only the later one can write. */
  readonly fence: bigint;
  readonly headSeq: number;
  readonly logEpoch: number;
}

export type Claim =
  | { readonly type: "claimed"; readonly lease: Lease }
  /** Another node owns it, for `remainingMs` more unless it renews. */
  | { readonly type: "ownedBy"; readonly nodeId: string; readonly remainingMs: number }
  /** Nobody owns it, but somebody holds its row: a fork that copies it, or an append of before. It may be claimed when that is over. */
  | { readonly type: "locked" }
  | { readonly type: "gone" };

/** A lease as its holder names it. */
export type HeldLease = Pick<Lease, "threadId" | "fence">;

interface Row {
  readonly tenant_id: string;
  readonly log_epoch: bigint;
  readonly head_seq: bigint;
  readonly fence: bigint;
}

/** How long, as which node, and by which pool (of the role `skein_log`) threads are owned. */
export interface LeaseTerms {
  readonly log: Sql;
  readonly nodeId: string;
  readonly leaseSeconds: number;
}

/**
 * Claims a thread that nobody owns, whose lease has ended, or that this node owned already: a claim by the owner itself
 * raises the fence too, so a node asks once per thread it holds.
 */
export async function claimThread({ log, nodeId, leaseSeconds }: LeaseTerms, threadId: string): Promise<Claim> {
  const [row] = await log<(Row & { claimed: boolean; owner_node: string | null; lease_ms: number | null })[]>`
    select * from claim_thread(${threadId}, ${nodeId}, ${leaseSeconds})`;
  if (row === undefined) return { type: "gone" };
  if (row.claimed) return { type: "claimed", lease: leaseOf(threadId, row) };
  const { owner_node: owner, lease_ms: remainingMs } = row;
  const isFree = owner === null || owner === nodeId || remainingMs === null || remainingMs <= 0;
  return isFree ? { type: "locked" } : { type: "ownedBy", nodeId: owner, remainingMs };
}

export interface Renewal {
  /** Still this node's, for a whole lease from now. */
  readonly renewed: ReadonlySet<string>;
  /** Somebody holds their rows, as an append does for a moment and a fork while it copies: neither renewed nor lost. */
  readonly locked: ReadonlySet<string>;
}

/**
 * Threads in neither set are lost, and their turns must stop. `waitMs`: how long each row is waited for that somebody holds; only for
 * one thread, because others would be held as long.
 */
export async function renewLeases(
  { log, leaseSeconds }: LeaseTerms,
  held: readonly HeldLease[],
  waitMs = 0,
): Promise<Renewal> {
  const { threads, fences } = arraysOf(held);
  const rows = await log<{ id: string; renewed: boolean }[]>`
    select id, renewed from renew_free_leases(${threads}, ${fences}, ${leaseSeconds}, ${waitMs})`;
  const idsOf = (isRenewed: boolean) => rows.flatMap(({ id, renewed }) => (renewed === isRenewed ? [id] : []));
  return { renewed: new Set(idsOf(true)), locked: new Set(idsOf(false)) };
}

/**
 * Lets others have the threads at once; an append under a released fence is refused. A row that somebody holds for longer than `waitMs` stays
 * as it is: its lease ends by itself.
 */
export async function releaseLeases(
  { log }: Pick<LeaseTerms, "log">,
  held: readonly HeldLease[],
  waitMs = 0,
): Promise<void> {
  const { threads, fences } = arraysOf(held);
  await log`select release_free_leases(${threads}, ${fences}, ${waitMs})`;
}

/**
 * Claims threads at work that nobody holds, at most `limit`: their node died, handed them over, or could not renew them. At
 * work is a thread in the middle of a turn, and one whose next message may start by itself. Those whose workspace only other nodes
 * reach are left to them. `passedOver`: what this node holds itself, and what it does not want.
 */
export async function claimAbandonedThreads(
  { log, nodeId, leaseSeconds }: LeaseTerms,
  passedOver: readonly string[],
  limit: number,
): Promise<readonly Lease[]> {
  const rows = await log<(Row & { id: string })[]>`
    select * from claim_abandoned_threads(${nodeId}, ${`{${passedOver.join(",")}}`}::uuid[], ${leaseSeconds}, ${limit})`;
  return rows.map((row) => leaseOf(row.id, row));
}

/** Of the threads, those whose workspace is at a runner that this node does not reach and another one does. */
export async function threadsOfOtherNodes(
  { log }: Pick<LeaseTerms, "log">,
  threadIds: readonly string[],
  runners: readonly string[],
): Promise<readonly string[]> {
  if (threadIds.length === 0) return [];
  const rows = await log<{ id: string }[]>`
    select id from threads_of_other_nodes(${`{${threadIds.join(",")}}`}, ${`{${runners.join(",")}}`}) as id`;
  return rows.map(({ id }) => id);
}

/** Milliseconds until the first thread at work is abandoned unless it is renewed; null: no other node has one. */
export async function untilNextAbandoned(
  { log }: Pick<LeaseTerms, "log">,
  held: readonly string[],
): Promise<number | null> {
  const [row] = await log<[{ ms: number | null }]>`select next_abandoned_ms(${`{${held.join(",")}}`}) as ms`;
  return row.ms;
}

/**
 * Claims the threads at work that this node held before it was started anew, without waiting for their leases. Only for
 * a node that knows that its earlier self is dead, because it holds the lock of the data directory; and only once, before it claims anything
 * else, because it cannot tell its earlier claims from its own.
 */
export async function claimThreadsOfEarlierSelf({ log, nodeId, leaseSeconds }: LeaseTerms): Promise<readonly Lease[]> {
  const rows = await log<(Row & { id: string })[]>`
    select * from claim_abandoned_threads(${nodeId}, true, ${leaseSeconds}, null::int)`;
  return rows.map((row) => leaseOf(row.id, row));
}

function leaseOf(threadId: string, row: Row): Lease {
  const { tenant_id: tenantId, fence } = row;
  return { tenantId, threadId, fence, headSeq: Number(row.head_seq), logEpoch: Number(row.log_epoch) };
}

/** Array literals: ids are UUIDs and fences are numbers, so nothing needs quoting; nor do the names of runners. */
function arraysOf(held: readonly HeldLease[]): { threads: string; fences: string } {
  return {
    threads: `{${held.map(({ threadId }) => threadId).join(",")}}`,
    fences: `{${held.map(({ fence }) => fence).join(",")}}`,
  };
}
