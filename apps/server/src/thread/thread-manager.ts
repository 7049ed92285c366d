/**
 * The threads that this node owns. A thread is loaded from its log when somebody wants something of it, kept while it
 * works or is watched, and let go when it has been idle. Its lease is claimed before anything is read: what the claim's
 * fence does not cover could change behind the reader.
 */
import type { Clock } from "@skein/core/ports";
import type { ThreadStatus } from "@skein/protocol/thread-status";
import type { ThreadEvent } from "@skein/timeline/event";
import type { HeldLease } from "../lease/leases.ts";
import type { EventLog } from "../log/event-log.ts";
import type { OwnerEvents } from "../log/read-owner-events.ts";
import type { ThreadRecord } from "../log/thread-record.ts";
import {
  activityOf,
  evolveActivity,
  idle,
  presentActivity,
  presentListed,
  type ThreadActivity,
} from "../subscription/derive-status.ts";
import type { Subscriptions, ThreadKey } from "../subscription/subscriptions.ts";
import { foldOwned } from "./fold-owned.ts";
import type { HostPorts } from "./host-ports.ts";
import { type Ownership, ThreadHeldElsewhere } from "./ownership.ts";
import { announceToOthers } from "./publication.ts";
import { type EncodedSnapshot, SnapshotWriter } from "./snapshot-writer.ts";
import { ThreadHost } from "./thread-host.ts";
import { type OwnedThread, ThreadJournal } from "./thread-journal.ts";

export interface ThreadFacts {
  readonly ephemeral: boolean;
  readonly workspaceId: string | null;
  /** null: nobody's. */
  readonly createdBy: string | null;
}

export interface ManagerPorts {
  readonly nodeId: string;
  readonly log: Pick<EventLog, "append">;
  readonly ownership: Ownership;
  readonly subscriptions: Subscriptions;
  readonly clock: Clock;
  /** Whether the tenant has the thread. */
  exists(thread: ThreadKey): Promise<boolean>;
  /** null: there is no such thread in the tenant. */
  readOwned(thread: ThreadKey): Promise<{ events: OwnerEvents; facts: ThreadFacts } | null>;
  hostPorts(thread: ThreadKey, facts: ThreadFacts, fence: bigint): HostPorts;
  writeSnapshot(threadId: string, fence: bigint, snapshot: EncodedSnapshot): Promise<unknown>;
  /** Whether somebody at another node follows the thread, or may do so as far as this node knows. */
  isFollowedElsewhere(threadId: string): Promise<boolean>;
  /** Of an ephemeral thread nothing stays once nobody uses it. */
  deleteThread(thread: ThreadKey): Promise<unknown>;
  /** The thread is anybody's now, and has something to do though nobody asks. */
  leftAtWork(): void;
  /** The thread's environment ends with its host. */
  closeEnvironment(threadId: string): Promise<void>;
  report(problem: string, details: object): void;
}

interface Loaded {
  readonly thread: ThreadKey;
  facts: ThreadFacts;
  readonly host: ThreadHost;
  readonly snapshots: SnapshotWriter;
  activity: ThreadActivity;
  publishedSeq: number;
  idleTimer: NodeJS.Timeout | null;
}

export const unloadAfterIdleMs = 60_000;

export class ThreadManager {
  readonly #ports: ManagerPorts;
  readonly #loaded = new Map<string, Loaded>();
  /** By tenant and thread: whoever names another tenant's thread must not be the one whose answer its own people get. */
  readonly #loading = new Map<string, Promise<Loaded | null>>();
  readonly #unloading = new Map<string, Promise<void>>();
  #isStopping = false;

  constructor(ports: ManagerPorts) {
    this.#ports = ports;
  }

  get loadedThreads(): readonly ThreadKey[] {
    return [...this.#loaded.values()].map(({ thread }) => thread);
  }

  /** A thread counts as loaded where a node owns it, or followers have it before them. */
  statusOf({ id, status, ownerNode }: Pick<ThreadRecord, "id" | "status" | "ownerNode">): ThreadStatus {
    const loaded = this.#loaded.get(id);
    if (loaded !== undefined) return presentActivity(loaded.activity);
    const isOwnedElsewhere = ownerNode !== null && ownerNode !== this.#ports.nodeId;
    if (!isOwnedElsewhere && !this.#ports.subscriptions.isWatched(id)) return { type: "notLoaded" };
    return presentListed(status);
  }

  /** The seq through which followers of a thread of this node have been told; 0 where it is not loaded. */
  publishedSeq(threadId: string): number {
    return this.#loaded.get(threadId)?.publishedSeq ?? 0;
  }

  /** Whether the thread is loaded, and the tenant's. */
  holds({ tenantId, threadId }: ThreadKey): boolean {
    return this.#loaded.get(threadId)?.thread.tenantId === tenantId;
  }

  /** The host if the thread is loaded; commands to a running turn need no more. */
  loadedHost(threadId: string): ThreadHost | null {
    return this.#loaded.get(threadId)?.host ?? null;
  }

  /** Loads the thread if need be. null: there is no such thread in the tenant. */
  async host(thread: ThreadKey): Promise<ThreadHost | null> {
    // What only commands the turn that still runs goes by `loadedHost`.
    if (this.#isStopping)
      throw new ThreadHeldElsewhere("this server is stopping, and another goes on with its threads");
    // One that is still being recovered would take a turn beside the one that goes on.
    const ready = this.#loading.has(keyOf(thread)) ? undefined : this.#loaded.get(thread.threadId);
    const loaded = ready ?? (await this.#load(thread));
    if (loaded === null || loaded.thread.tenantId !== thread.tenantId) return null;
    this.considerUnloading(thread.threadId);
    return loaded.host;
  }

  /** Takes a thread over that this node has just made. */
  adopt(owned: OwnedThread, facts: ThreadFacts): ThreadHost {
    const { host } = this.#install(owned, facts, idle);
    this.considerUnloading(owned.thread.threadId);
    return host;
  }

  /** Stops whatever the thread does and forgets it; for deletion and for the end of the node. */
  async unload(threadId: string): Promise<void> {
    const loaded = this.#loaded.get(threadId);
    if (loaded === undefined) return this.#unloading.get(threadId);
    this.#forget(loaded);
    const unloading = this.#letGo(loaded).finally(() => this.#unloading.delete(threadId));
    this.#unloading.set(threadId, unloading);
    return unloading;
  }

  async #letGo({ thread: { threadId }, host, snapshots }: Loaded): Promise<void> {
    await host.stop();
    await snapshots.settled();
    await this.#ports.closeEnvironment(threadId);
    await this.#ports.ownership.release(threadId, host.journal.fence);
  }

  /** Leaves the thread to a node that can do more for it, a running turn in the middle. It is not for anybody here meanwhile. */
  async giveAway(threadId: string): Promise<void> {
    const thread = this.#loaded.get(threadId)?.thread;
    const recovering = thread === undefined ? undefined : this.#loading.get(keyOf(thread));
    if (recovering !== undefined) await recovering.catch(() => {});
    const loaded = this.#loaded.get(threadId);
    if (loaded === undefined) return this.#unloading.get(threadId);
    const leaving = this.#handOver(loaded, 0).finally(() => this.#unloading.delete(threadId));
    this.#unloading.set(threadId, leaving);
    this.#forget(loaded);
    return leaving;
  }

  /** The leases that this node has to keep. */
  held(): readonly HeldLease[] {
    return [...this.#loaded.values()].map(({ thread, host }) => ({
      threadId: thread.threadId,
      fence: host.journal.fence,
    }));
  }

  lost(threadIds: readonly string[]): void {
    for (const threadId of threadIds) {
      const loaded = this.#loaded.get(threadId);
      if (loaded !== undefined) this.#lost(loaded);
    }
  }

  /** Leaves every thread to its next owner, a running turn in the middle; what works has `graceMs` to end. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    await Promise.allSettled([...this.#loading.values(), ...this.#unloading.values()]);
    await Promise.allSettled([...this.#loaded.values()].map((loaded) => this.#handOver(loaded, graceMs)));
  }

  /** The lease is kept until nothing more is written, and given up at once after that. */
  async #handOver(loaded: Loaded, graceMs: number): Promise<void> {
    const { thread, host } = loaded;
    await host.handOver(graceMs);
    await this.#ports.closeEnvironment(thread.threadId);
    this.#forget(loaded);
    await this.#ports.ownership.release(thread.threadId, host.journal.fence);
    const { openTurn, queue } = host.journal.state;
    if (openTurn !== null || queue.messages.length > 0) this.#ports.leftAtWork();
  }

  /** The thread was used, nobody follows it any more, or its turn has ended: from now on it may go after a while. */
  considerUnloading(threadId: string): void {
    const loaded = this.#loaded.get(threadId);
    if (loaded === undefined) return;
    this.#keep(loaded);
    if (this.#isNeeded(loaded)) return;
    loaded.idleTimer = setTimeout(() => void this.#expire(loaded), unloadAfterIdleMs);
    loaded.idleTimer.unref();
  }

  /** An ephemeral thread is deleted with that, so its followers at other nodes keep it too; others are served from the log. */
  async #expire(loaded: Loaded): Promise<void> {
    const { idleTimer, facts, thread } = loaded;
    if (this.#isNeeded(loaded)) return;
    if (facts.ephemeral && (await this.#ports.isFollowedElsewhere(thread.threadId))) {
      if (loaded.idleTimer === idleTimer) this.considerUnloading(thread.threadId);
      return;
    }
    // Whoever has used the thread while the others were asked has stopped the timer.
    if (loaded.idleTimer === idleTimer && !this.#isNeeded(loaded)) await this.#retire(loaded);
  }

  #isNeeded({ thread, host }: Loaded): boolean {
    return host.isBusy || this.#ports.subscriptions.isWatched(thread.threadId);
  }

  #keep(loaded: Loaded): void {
    if (loaded.idleTimer !== null) clearTimeout(loaded.idleTimer);
    loaded.idleTimer = null;
  }

  async #retire({ thread, facts }: Loaded): Promise<void> {
    try {
      await this.unload(thread.threadId);
      if (facts.ephemeral) await this.#ports.deleteThread(thread);
    } catch (reason) {
      this.#ports.report("an idle thread could not be let go", { ...thread, err: reason });
    }
    if (facts.ephemeral) return;
    const { threadId } = thread;
    const listed = { ...thread, createdBy: facts.createdBy };
    const status = { threadId, status: { type: "notLoaded" } };
    this.#ports.subscriptions.announceToTenant(listed, "thread/status/changed", status);
    this.#ports.subscriptions.announceToTenant(listed, "thread/closed", { threadId });
  }

  #load(thread: ThreadKey): Promise<Loaded | null> {
    const key = keyOf(thread);
    const known = this.#loading.get(key);
    if (known !== undefined) return known;
    const loading = this.#readAndRecover(thread).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  /** What waits behind a runner that was away may start. */
  runnerReached(runner: string): void {
    for (const { host } of this.#loaded.values()) host.queue.runnerReached(runner);
  }

  async #readAndRecover(thread: ThreadKey): Promise<Loaded | null> {
    // What ends for the last time here would end the next one's environment, and its lease.
    await this.#unloading.get(thread.threadId)?.catch(() => {});
    // An id of another tenant claims nothing.
    if (!(await this.#ports.exists(thread))) return null;
    const { fence } = await this.#ports.ownership.claim(thread.threadId);
    try {
      const found = await this.#ports.readOwned(thread);
      if (found === null) return null;
      const owned = foldOwned(thread, fence, found.events);
      const loaded = this.#install(owned, found.facts, activityOf(owned.state));
      if (loaded.activity !== idle && !found.facts.ephemeral) this.#announceActivity(loaded);
      await loaded.host.recover();
      loaded.host.queue.wake();
      this.#considerSnapshot(loaded);
      return loaded;
    } catch (error) {
      // Such as a log that a newer build has written to: another node may be able to own it.
      await this.unload(thread.threadId).catch(() => {});
      await this.#ports.ownership.release(thread.threadId, fence);
      throw error;
    }
  }

  /** Nobody has heard of a turn that goes on since its node died; its followers will from its events. */
  #announceActivity({ thread, facts: { createdBy }, activity }: Loaded): void {
    const params = { threadId: thread.threadId, status: presentActivity(activity) };
    this.#ports.subscriptions.announceToTenant({ ...thread, createdBy }, "thread/status/changed", params);
  }

  #install(owned: OwnedThread, facts: ThreadFacts, activity: ThreadActivity): Loaded {
    const { thread, fence } = owned;
    const readers = {
      committed: (_: ThreadKey, events: readonly ThreadEvent[]) => this.#committed(loaded, events),
    };
    const journal = new ThreadJournal(owned, this.#ports.log, readers, {
      holds: () => this.#ports.ownership.holds(thread.threadId),
      lost: () => this.#lost(loaded),
    });
    const host = new ThreadHost(journal, this.#ports.hostPorts(thread, facts, fence), () =>
      this.considerUnloading(thread.threadId),
    );
    const snapshots = new SnapshotWriter(
      owned.snapshotSeq,
      (snapshot) => this.#ports.writeSnapshot(thread.threadId, fence, snapshot),
      (err) => this.#ports.report("a snapshot could not be written", { ...thread, err }),
    );
    const publishedSeq = owned.headSeq;
    const loaded: Loaded = { thread, facts, host, snapshots, activity, publishedSeq, idleTimer: null };
    this.#loaded.set(thread.threadId, loaded);
    return loaded;
  }

  #committed(loaded: Loaded, events: readonly ThreadEvent[]): void {
    const { thread, activity } = loaded;
    const { subscriptions } = this.#ports;
    const given = events.findLast((event) => event.type === "thread.handedOver");
    if (given !== undefined) loaded.facts = { ...loaded.facts, createdBy: given.to.memberId };
    const { facts } = loaded;
    subscriptions.publish(thread, events);
    loaded.publishedSeq = events.at(-1)?.seq ?? loaded.publishedSeq;
    // An ephemeral thread is nobody's business but its followers'.
    loaded.activity = facts.ephemeral
      ? events.reduce(evolveActivity, activity)
      : announceToOthers(subscriptions, { ...thread, createdBy: facts.createdBy }, activity, events);
    this.#considerSnapshot(loaded);
  }

  #considerSnapshot({ host, snapshots }: Loaded): void {
    snapshots.consider(host.journal.headSeq, host.journal.knowledge);
  }

  /** Another node owns the thread: its followers here are served from the log, nothing is written any more. */
  #lost(loaded: Loaded): void {
    this.#forget(loaded);
    void loaded.host.abandon();
    this.#ports
      .closeEnvironment(loaded.thread.threadId)
      .catch((err: unknown) => this.#ports.report("the environment of a lost thread could not be closed", { err }));
  }

  #forget(loaded: Loaded): void {
    this.#keep(loaded);
    if (this.#loaded.get(loaded.thread.threadId) === loaded) this.#loaded.delete(loaded.thread.threadId);
  }
}

function keyOf({ tenantId, threadId }: ThreadKey): string {
  return `${tenantId} ${threadId}`;
}
