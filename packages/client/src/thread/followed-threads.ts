/** The threads that this client follows: for each at most one store, and any number of streams. Hands out what the server says. */
import type { ThreadEvents } from "@skein/protocol/replay";
import type { RpcClient, ServerRequest } from "../rpc/rpc-client.ts";
import { EventStream, type EventsOptions } from "./event-stream.ts";
import type { ThreadNotification } from "./thread-notification.ts";
import { ThreadStore, type ThreadStoreOptions } from "./thread-store.ts";

interface FollowedThread {
  store: ThreadStore | null;
  /** Of the store. */
  users: number;
  readonly streams: Set<EventStream>;
}

export interface FollowedThreadsOptions extends Omit<ThreadStoreOptions, "threadId"> {
  readonly isConnected: () => boolean;
}

export class FollowedThreads {
  readonly #options: FollowedThreadsOptions;
  readonly #rpc: Pick<RpcClient, "request">;
  readonly #threads = new Map<string, FollowedThread>();

  constructor(options: FollowedThreadsOptions) {
    this.#options = options;
    this.#rpc = options.rpc;
  }

  /** Whether somebody has the store open. */
  isOpen(threadId: string): boolean {
    return (this.#threads.get(threadId)?.users ?? 0) > 0;
  }

  open(threadId: string): ThreadStore {
    const thread = this.#threadOf(threadId);
    thread.users += 1;
    if (thread.store !== null) return thread.store;
    thread.store = new ThreadStore({ threadId, ...this.#options });
    if (this.#options.isConnected()) thread.store.connected();
    return thread.store;
  }

  /** The last to close it ends the store. */
  close(threadId: string): void {
    const thread = this.#threads.get(threadId);
    if (thread === undefined || thread.users === 0) return;
    thread.users -= 1;
    if (thread.users > 0) return;
    thread.store?.disconnected();
    thread.store = null;
    this.#leave(threadId);
  }

  stream(threadId: string, options: EventsOptions): EventStream {
    const { streams } = this.#threadOf(threadId);
    const stream: EventStream = new EventStream({
      ...{ threadId, rpc: this.#rpc, clock: this.#options.clock, ...options },
      onPaused: () => this.#leave(threadId),
    });
    streams.add(stream);
    if (this.#options.isConnected()) stream.connected();
    return stream;
  }

  connected(): void {
    for (const follower of this.#followers()) follower.connected();
  }

  disconnected(): void {
    for (const follower of this.#followers()) follower.disconnected();
  }

  /** For every stream; a store waits for a person who may find a way. */
  fail(error: Error): void {
    for (const { streams } of [...this.#threads.values()]) for (const stream of [...streams]) stream.fail(error);
  }

  end(): void {
    for (const { streams } of [...this.#threads.values()]) for (const stream of [...streams]) stream.end();
  }

  receiveFrame(frame: ThreadEvents): void {
    for (const follower of this.#followersOf(frame.threadId)) follower.receiveFrame(frame);
  }

  receiveNotification(notification: ThreadNotification): void {
    const { threadId } = notification.params;
    this.#threads.get(threadId)?.store?.receiveNotification(notification);
    if (notification.method !== "thread/deleted") return;
    for (const stream of [...(this.#threads.get(threadId)?.streams ?? [])]) stream.end();
  }

  receiveReset(threadId: string): void {
    for (const follower of this.#followersOf(threadId)) follower.resume();
  }

  receiveRequest(request: ServerRequest): void {
    this.#threads.get(request.params.threadId)?.store?.receiveRequest(request);
  }

  #threadOf(threadId: string): FollowedThread {
    const known = this.#threads.get(threadId);
    if (known !== undefined) return known;
    const thread = { store: null, users: 0, streams: new Set<EventStream>() };
    this.#threads.set(threadId, thread);
    return thread;
  }

  #followersOf(threadId: string): readonly (ThreadStore | EventStream)[] {
    const { store = null, streams = [] } = this.#threads.get(threadId) ?? {};
    return store === null ? [...streams] : [store, ...streams];
  }

  #followers(): readonly (ThreadStore | EventStream)[] {
    return [...this.#threads.keys()].flatMap((threadId) => this.#followersOf(threadId));
  }

  /** Ends the subscription when nobody wants it now. One who comes back resumes. */
  #leave(threadId: string): void {
    const thread = this.#threads.get(threadId);
    if (thread === undefined) return;
    for (const stream of thread.streams) if (stream.isEnded) thread.streams.delete(stream);
    const isWanted = thread.store !== null || [...thread.streams].some(({ isFollowing }) => isFollowing);
    if (isWanted) return;
    if (thread.streams.size === 0) this.#threads.delete(threadId);
    // A connection that goes takes its subscriptions along.
    this.#rpc.request("thread/unsubscribe", { threadId }).catch(() => {});
  }
}
