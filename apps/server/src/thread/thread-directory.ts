/** Finding, reading, making and deleting threads: everything about a thread that needs no owner. */

import type { CommandReceipt } from "@skein/core/ports";
import { evolve, initialState, type PendingApproval } from "@skein/core/thread/evolve";
import { deriveCopyEnd } from "@skein/core/thread/recover";
import type { Right } from "@skein/protocol/right";
import type { ReportedWarning } from "@skein/protocol/warning";
import type { NewThreadEvent, QueuedMessage, ThreadEvent } from "@skein/timeline/event";
import { hiddenEventTypes } from "@skein/timeline/present/hidden";
import { deriveProjection } from "@skein/timeline/project/derive-projection";
import { foldOpenItems } from "@skein/timeline/project/fold-open-items";
import type { OpenThings } from "@skein/timeline/redact/view";
import { dropSettledTurns } from "@skein/timeline/reduce/drop-settled";
import { emptyTimeline } from "@skein/timeline/reduce/timeline";
import { Turnstile } from "../admission/turnstile.ts";
import type { AuditBy } from "../audit/actor.ts";
import { type AuditLine, record } from "../audit/record.ts";
import type { Transaction } from "../database/pools.ts";
import { enterTenant, type WithTenant } from "../database/with-tenant.ts";
import type { ThreadAccess } from "../identity/authorise.ts";
import { findCommand } from "../log/commands.ts";
import { createThread, deleteThread, firstFence, forkThread, type NewThread } from "../log/create-thread.ts";
import {
  listThreads,
  searchThreads,
  type ThreadFilter,
  type ThreadMatch,
  type ThreadOrder,
  type ThreadsPage,
} from "../log/list-threads.ts";
import type { PageRequest } from "../log/place.ts";
import { type FoundApproval, findApproval, readPendingApprovals } from "../log/read-approvals.ts";
import { readEvents, readSize } from "../log/read-events.ts";
import { readLastUsage } from "../log/read-last-usage.ts";
import { type OwnerEvents, readOwnerEvents } from "../log/read-owner-events.ts";
import { type ItemsPage, readItemsPage, readTurnsPage, type TurnItems, type TurnsPage } from "../log/read-pages.ts";
import { readQueue } from "../log/read-queue.ts";
import { readEnded, readOpenThings } from "../log/read-view.ts";
import { readWarnings } from "../log/read-warnings.ts";
import { cleanText } from "../log/rows.ts";
import { readGrantedRights, readReadable, readThreadAccess } from "../log/thread-access.ts";
import { type GrantOutcome, readGrants, readGuests, setGrant, type ThreadGrants } from "../log/thread-grants.ts";
import { readHeldElsewhere, readThreadOwner, type ThreadOwner } from "../log/thread-owner.ts";
import { readThread, type ThreadRecord } from "../log/thread-record.ts";
import type { LogPage } from "../subscription/event-source.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { foldOwned } from "./fold-owned.ts";
import { GroupedReads } from "./grouped-reads.ts";
import { snapshotVersion } from "./owner-snapshot.ts";
import type { OwnedThread } from "./thread-journal.ts";

/** An owner in mid-turn writes while its log is read for a copy; each time it was quicker, the log is read again. */
const forkAttempts = 20;
/** Each has a connection for as long as it copies, or waits for whoever copies the same thread; requests of every tenant have ten in all. */
const copiesAtOnce = 3;
/** Of a page that catches a subscriber up; one event is read however large it is. */
const pageEvents = 500;
const pageBytes = 512 * 1024;

export interface DirectoryOptions {
  readonly withTenant: WithTenant;
  readonly nodeId: string;
  readonly leaseSeconds: number;
  /** Those that this node reaches. */
  readonly runners: readonly string[];
  /** This node owns a thread that it has made, by a transaction that began at `atMs`, monotonic. */
  made(threadId: string, atMs: number): void;
}

/** What a new thread has beside itself; `told` writes the lines of the audit log. */
interface ThreadBeginning {
  readonly past: readonly NewThreadEvent[];
  readonly receipts: readonly CommandReceipt[];
  told(sql: Transaction): Promise<void>;
}

export class ThreadDirectory {
  readonly #options: DirectoryOptions;
  readonly #copies = new Turnstile(copiesAtOnce);
  readonly #records = new GroupedReads<ThreadRecord | null>();
  readonly #queues = new GroupedReads<readonly QueuedMessage[]>();
  readonly #approvals = new GroupedReads<readonly PendingApproval[]>();
  readonly #guests = new GroupedReads<readonly string[]>();

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** null, here and below: there is no such thread in the tenant. */
  find(thread: ThreadKey): Promise<ThreadRecord | null> {
    return this.#records.read(nameOf(thread), () => this.#readOf(thread, readThread));
  }

  /** As a subscription takes it: surviving events after `afterSeq` that are shown, and how far the answer is complete. */
  async eventsAfter({ tenantId, threadId }: ThreadKey, afterSeq: number): Promise<LogPage | null> {
    const bounds = { maxBytes: pageBytes, without: hiddenEventTypes };
    const page = await this.#options.withTenant(tenantId, (sql) =>
      readEvents(sql, threadId, afterSeq, pageEvents, bounds),
    );
    if (page === null) return null;
    const { events, headSeq: head, logEpoch, more } = page;
    return { events, head, logEpoch, through: more ? (events.at(-1)?.seq ?? afterSeq) : head };
  }

  /** Bytes, as they are stored, of the events after `afterSeq` that are shown. */
  sizeAfter({ tenantId, threadId }: ThreadKey, afterSeq: number): Promise<number> {
    return this.#options.withTenant(tenantId, (sql) => readSize(sql, threadId, afterSeq, hiddenEventTypes));
  }

  /** Of what viewers see of the thread. */
  openThings({ tenantId, threadId }: ThreadKey, fromSeq: number, seq: number): Promise<OpenThings> {
    return this.#options.withTenant(tenantId, (sql) => readOpenThings(sql, threadId, fromSeq, seq));
  }

  /** Of these items of the thread those that have ended. */
  ended({ tenantId, threadId }: ThreadKey, itemIds: readonly string[]): Promise<readonly string[]> {
    return this.#options.withTenant(tenantId, (sql) => readEnded(sql, threadId, itemIds));
  }

  items({ tenantId, threadId }: ThreadKey, request: PageRequest & { turnId?: string }): Promise<ItemsPage | null> {
    return this.#options.withTenant(tenantId, (sql) => readItemsPage(sql, threadId, request));
  }

  /** What a command has printed so far, as far as it is kept. null: there is no such command in the thread. */
  async output({ tenantId, threadId }: ThreadKey, itemId: string): Promise<string | null> {
    if (cleanText(itemId) !== itemId) return null;
    const request = { from: null, direction: "asc", limit: 1, itemId } as const;
    const page = await this.#options.withTenant(tenantId, (sql) => readItemsPage(sql, threadId, request));
    const item = page === null ? undefined : foldOpenItems(page.items, page.openEvents)[0]?.item;
    return item?.type === "commandExecution" ? (item.aggregatedOutput ?? "") : null;
  }

  turns({ tenantId, threadId }: ThreadKey, request: PageRequest & { items: TurnItems }): Promise<TurnsPage | null> {
    return this.#options.withTenant(tenantId, (sql) => readTurnsPage(sql, threadId, request));
  }

  /** The messages that wait, first the one that starts next. */
  queue(thread: ThreadKey): Promise<readonly QueuedMessage[]> {
    return this.#queues.read(nameOf(thread), () => this.#readOf(thread, readQueue));
  }

  lastUsage({ tenantId, threadId }: ThreadKey, throughSeq: number): Promise<ThreadEvent | null> {
    return this.#options.withTenant(tenantId, (sql) => readLastUsage(sql, threadId, throughSeq));
  }

  /** What was said after `afterSeq`, up to `throughSeq`; no turn may begin there. */
  warnings(
    { tenantId, threadId }: ThreadKey,
    range: { readonly afterSeq: number; readonly throughSeq: number },
  ): Promise<readonly ReportedWarning[]> {
    return this.#options.withTenant(tenantId, (sql) => readWarnings(sql, threadId, range));
  }

  list(tenantId: string, filter: ThreadFilter, order: ThreadOrder): Promise<ThreadsPage<ThreadRecord>> {
    return this.#options.withTenant(tenantId, (sql) => listThreads(sql, filter, order));
  }

  search(
    tenantId: string,
    filter: ThreadFilter & { readonly searchTerm: string },
    order: ThreadOrder,
  ): Promise<ThreadsPage<ThreadMatch>> {
    return this.#options.withTenant(tenantId, (sql) => searchThreads(sql, filter, order));
  }

  owner({ tenantId, threadId }: ThreadKey): Promise<ThreadOwner | null> {
    return this.#options.withTenant(tenantId, (sql) => readThreadOwner(sql, threadId, this.#options.runners));
  }

  /** What counts of the thread for this person. */
  readonly findAccess = ({ tenantId, threadId }: ThreadKey, userId: string): Promise<ThreadAccess | null> =>
    this.#options.withTenant(tenantId, (sql) => readThreadAccess(sql, threadId, userId));

  /** To whom it was shared. */
  guests(thread: ThreadKey): Promise<readonly string[]> {
    return this.#guests.read(nameOf(thread), () => this.#readOf(thread, readGuests));
  }

  /** Whose the thread is and to whom it was shared. null: there is no such thread in the tenant. */
  grants({ tenantId, threadId }: ThreadKey): Promise<ThreadGrants | null> {
    return this.#options.withTenant(tenantId, (sql) => readGrants(sql, threadId));
  }

  setGrant(
    { tenantId, threadId }: ThreadKey,
    grant: Parameters<typeof setGrant>[2],
    by: AuditBy,
  ): Promise<GrantOutcome> {
    return this.#options.withTenant(tenantId, (sql) => setGrant(sql, threadId, grant, by));
  }

  /** Of these threads, those that the person may read. */
  readable(tenantId: string, threadIds: readonly string[], userId: string): Promise<readonly string[]> {
    return this.#options.withTenant(tenantId, (sql) => readReadable(sql, threadIds, userId));
  }

  /** What was granted to the person on these threads; those on which nothing was are missing. */
  grantedRights(
    tenantId: string,
    threadIds: readonly string[],
    userId: string,
  ): Promise<ReadonlyMap<string, readonly Right[]>> {
    return this.#options.withTenant(tenantId, (sql) => readGrantedRights(sql, threadIds, userId));
  }

  /** The ids of the threads that other nodes hold. */
  loadedElsewhere(tenantId: string): Promise<readonly string[]> {
    return this.#options.withTenant(tenantId, (sql) => readHeldElsewhere(sql, this.#options.nodeId));
  }

  /** What the thread's owner needs, read in one transaction. */
  owned({ tenantId, threadId }: ThreadKey): Promise<{ events: OwnerEvents; facts: ThreadRecord } | null> {
    return this.#options.withTenant(tenantId, async (sql) => {
      const [facts, events] = await Promise.all([
        readThread(sql, threadId),
        readOwnerEvents(sql, threadId, snapshotVersion),
      ]);
      return facts === null || events === null ? null : { facts, events };
    });
  }

  /** Of a thread that any node may own. */
  pendingApprovals(thread: ThreadKey): Promise<readonly PendingApproval[]> {
    return this.#approvals.read(nameOf(thread), () => this.#readOf(thread, readPendingApprovals));
  }

  /** null: the tenant has no such approval. */
  approval(tenantId: string, approvalId: string): Promise<FoundApproval | null> {
    return this.#options.withTenant(tenantId, (sql) => findApproval(sql, approvalId));
  }

  receipt(
    tenantId: string,
    key: Pick<CommandReceipt, "scope" | "principal" | "key">,
  ): Promise<Pick<CommandReceipt, "method" | "inputHash" | "result"> | null> {
    return this.#options.withTenant(tenantId, (sql) => findCommand(sql, key));
  }

  /** Makes the thread and gives it as its owner knows it; this node owns it. Rejects with `CommandRepeated`. */
  create(tenantId: string, thread: NewThread, by: AuditBy, receipt: CommandReceipt | null): Promise<OwnedThread> {
    const told = (sql: Transaction) => recordCreated(sql, thread, by);
    return this.#create(tenantId, thread, { past: [], receipts: receipt === null ? [] : [receipt], told });
  }

  /**
   * As `create`, with a past. What is open in it is closed: nobody goes on with it. `taken`: the line of the tenant whose the past is.
   */
  createWithPast(
    tenantId: string,
    thread: NewThread,
    by: AuditBy,
    past: readonly NewThreadEvent[],
    taken: { readonly tenantId: string; readonly by: AuditBy; readonly line: AuditLine<"share.copied"> },
  ): Promise<OwnedThread> {
    const told = async (sql: Transaction) => {
      await recordCreated(sql, thread, by);
      await enterTenant(sql, taken.tenantId);
      await record(sql, taken.by, taken.line);
    };
    return this.#copies.pass(() => this.#create(tenantId, thread, { past, receipts: [], told }));
  }

  async #create(tenantId: string, thread: NewThread, { past, receipts, told }: ThreadBeginning): Promise<OwnedThread> {
    const at = thread.createdAtMs;
    const begun: NewThreadEvent[] = [{ type: "thread.created", at, ...creationFacts(thread) }, ...past];
    const state = begun.map((event, index): ThreadEvent => ({ ...event, seq: index + 1 })).reduce(evolve, initialState);
    const closing = past.length === 0 ? [] : deriveCopyEnd(state, at).map((event) => ({ ...event, at }));
    const events: NewThreadEvent[] = [...begun, ...closing];
    const placed = events.map((event, index): ThreadEvent => ({ ...event, seq: index + 1 }));
    const projection = deriveProjection(emptyTimeline, thread.id, placed);
    const first = { events, projection, receipts };
    const beganAt = performance.now();
    await this.#options.withTenant(tenantId, async (sql) => {
      await createThread(sql, thread, this.#options, first);
      await told(sql);
    });
    this.#options.made(thread.id, beganAt);
    return {
      thread: { tenantId, threadId: thread.id },
      fence: firstFence,
      headSeq: placed.length,
      state: placed.reduce(evolve, initialState),
      timeline: dropSettledTurns(projection.after),
      snapshotSeq: 0,
    };
  }

  /**
   * A copy of the whole log under a new id, with settings of its own. What is under way goes on in the source, and is closed in the
   * copy. null: the source changed whenever it was read.
   */
  fork(source: ThreadKey, thread: NewThread, by: AuditBy): Promise<OwnedThread | null> {
    return this.#copies.pass(() => this.#fork(source, thread, by));
  }

  async #fork(source: ThreadKey, thread: NewThread, by: AuditBy): Promise<OwnedThread | null> {
    for (let attempt = 0; attempt < forkAttempts; attempt += 1) {
      const beganAt = performance.now();
      const forked = await this.#forkAt(source, thread, by);
      if (forked === null) continue;
      this.#options.made(thread.id, beganAt);
      return forked;
    }
    return null;
  }

  #readOf<T>({ tenantId, threadId }: ThreadKey, read: (sql: Transaction, threadId: string) => Promise<T>): Promise<T> {
    return this.#options.withTenant(tenantId, (sql) => read(sql, threadId));
  }

  #forkAt(source: ThreadKey, thread: NewThread, by: AuditBy): Promise<OwnedThread | null> {
    const { tenantId } = source;
    return this.#options.withTenant(tenantId, async (sql) => {
      const found = await readOwnerEvents(sql, source.threadId, snapshotVersion);
      if (found === null) return null;
      const key = { tenantId, threadId: thread.id };
      const owned = foldOwned(key, firstFence, found);
      const at = thread.createdAtMs;
      const events: NewThreadEvent[] = [
        ...deriveCopyEnd(owned.state, at).map((event) => ({ ...event, at })),
        { type: "settings.changed", at, settings: thread.settings },
        { type: "thread.named", at, name: thread.name },
        // What waits in the source was said to the source.
        ...owned.state.queue.messages.map(({ id }) => ({ type: "queue.removed", at, messageId: id }) as const),
      ];
      const placed = events.map((event, index): ThreadEvent => ({ ...event, seq: found.headSeq + index + 1 }));
      const projection = deriveProjection(owned.timeline, thread.id, placed);
      const place = { threadId: source.threadId, headSeq: found.headSeq };
      if (!(await forkThread(sql, place, thread, this.#options, { events, projection }))) return null;
      await recordCreated(sql, thread, by);
      return {
        ...owned,
        headSeq: found.headSeq + placed.length,
        state: placed.reduce(evolve, owned.state),
        timeline: dropSettledTurns(projection.after),
        // The copy has none of its own yet.
        snapshotSeq: 0,
      };
    });
  }

  /** False: there is no such thread in the tenant. */
  delete({ tenantId, threadId }: ThreadKey, by: AuditBy): Promise<boolean> {
    return this.#options.withTenant(tenantId, async (sql) => {
      if (!(await deleteThread(sql, threadId))) return false;
      await record(sql, by, { action: "thread.deleted", threadId, details: {} });
      return true;
    });
  }
}

function nameOf({ tenantId, threadId }: ThreadKey): string {
  return `${tenantId} ${threadId}`;
}

async function recordCreated(sql: Transaction, { id, originator, forkedFromId }: NewThread, by: AuditBy) {
  await record(sql, by, { action: "thread.created", threadId: id, details: { client: originator, forkedFromId } });
}

function creationFacts({ settings, source, threadSource, ephemeral, originator, forkedFromId }: NewThread) {
  return { settings, source, threadSource, ephemeral, originator, forkedFromId };
}
