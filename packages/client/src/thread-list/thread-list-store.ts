/**
 * The list of a member's threads, newest activity first, kept fresh by notifications. These may be lost, so the first page
 * is read again with every connection; what notifications say while it is read is applied again on top of it.
 */

import type { ServerNotification } from "@skein/protocol/notifications";
import type { Thread } from "@skein/protocol/thread";
import { NotConnected } from "../connection/not-connected.ts";
import { Observable } from "../observable.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { ConnectionLost } from "../rpc/rpc-error.ts";
import type { Scheduler } from "../scheduler.ts";
import { evolveThreads, unknownThread } from "./evolve-threads.ts";

export type ThreadListPhase =
  | { readonly type: "loading" }
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly error: Error };

export interface ThreadListSnapshot {
  readonly phase: ThreadListPhase;
  readonly threads: readonly Thread[];
  readonly hasMore: boolean;
}

export interface ThreadListOptions {
  readonly rpc: Pick<RpcClient, "request">;
  readonly schedule: Scheduler;
  /** Threads per page. */
  readonly pageThreads: number;
  readonly archived: boolean;
}

const empty: ThreadListSnapshot = { phase: { type: "loading" }, threads: [], hasMore: false };

export class ThreadListStore {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => ThreadListSnapshot;
  readonly #options: ThreadListOptions;
  readonly #state: Observable<ThreadListSnapshot>;
  #nextCursor: string | null = null;
  #loadNumber = 0;
  /** Heard while a page is read that may not know of it yet; null when none is. */
  #heard: ServerNotification[] | null = null;
  readonly #refreshing = new Set<string>();

  constructor(options: ThreadListOptions) {
    this.#options = options;
    this.#state = new Observable(empty, options.schedule);
    this.subscribe = this.#state.subscribe;
    this.getSnapshot = this.#state.getSnapshot;
  }

  connected(): void {
    void this.reload();
  }

  reload(): Promise<void> {
    return this.#load(null);
  }

  async loadMore(): Promise<void> {
    if (this.#nextCursor !== null && this.#heard === null) await this.#load(this.#nextCursor);
  }

  receiveNotification(notification: ServerNotification): void {
    this.#heard?.push(notification);
    const { threads } = this.#state.value;
    const evolved = evolveThreads(threads, notification, this.#options.archived);
    if (evolved !== threads) this.#change({ threads: evolved });
    const unknown = unknownThread(threads, notification, this.#options.archived);
    if (unknown !== null) void this.#refresh(unknown);
  }

  /** A later load makes this one void. */
  async #load(cursor: string | null): Promise<void> {
    this.#loadNumber += 1;
    const number = this.#loadNumber;
    const heard: ServerNotification[] = [];
    this.#heard = heard;
    try {
      const { rpc, pageThreads: limit, archived } = this.#options;
      const page = await rpc.request("thread/list", { cursor, limit, archived, sortKey: "updated_at" });
      if (number !== this.#loadNumber) return;
      const before = cursor === null ? [] : this.#state.value.threads;
      const known = new Set(before.map(({ id }) => id));
      const loaded: readonly Thread[] = [...before, ...page.data.filter(({ id }) => !known.has(id))];
      this.#nextCursor = page.nextCursor;
      const threads = heard.reduce((list, notification) => evolveThreads(list, notification, archived), loaded);
      this.#change({ phase: { type: "ready" }, threads, hasMore: page.nextCursor !== null });
    } catch (error) {
      if (number === this.#loadNumber) this.#loadFailed(error as Error);
    } finally {
      if (number === this.#loadNumber) this.#heard = null;
    }
  }

  #loadFailed(error: Error): void {
    if (error instanceof ConnectionLost || error instanceof NotConnected) return;
    this.#change({ phase: { type: "failed", error } });
  }

  /** Reads one thread that a notification spoke of and the list cannot show yet. Where that fails, the next load brings it. */
  async #refresh(threadId: string): Promise<void> {
    if (this.#refreshing.has(threadId)) return;
    this.#refreshing.add(threadId);
    try {
      const { thread } = await this.#options.rpc.request("thread/read", { threadId });
      const others = this.#state.value.threads.filter(({ id }) => id !== threadId);
      this.#change({ threads: [thread, ...others] });
    } catch {
      // Deleted meanwhile, or the connection went.
    } finally {
      this.#refreshing.delete(threadId);
    }
  }

  #change(patch: Partial<ThreadListSnapshot>): void {
    this.#state.value = { ...this.#state.value, ...patch };
  }
}
