/** Who on this node wants to hear what: a channel per thread, and the connections of each tenant for lists of threads. */
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ThreadEvent } from "@skein/timeline/event";
import type { ApprovalServerRequest } from "@skein/timeline/present/approval";
import { type Encoding, encodeNotification } from "./encode.ts";
import type { EventSource, Follower, Subscription } from "./subscription.ts";
import { ThreadChannel } from "./thread-channel.ts";

export interface ThreadKey {
  readonly tenantId: string;
  readonly threadId: string;
}

/** A connection that has said hello: it hears of every thread of its tenant, and of its own threads in full. */
export interface Listener extends Follower {
  readonly tenantId: string;
  readonly encoding: Encoding;
  isSubscribedTo(threadId: string): boolean;
}

export class Subscriptions {
  readonly #channels = new Map<string, ThreadChannel>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #sourceOf: (thread: ThreadKey) => EventSource;
  readonly #onUnwatched: (thread: ThreadKey) => void;

  constructor(sourceOf: (thread: ThreadKey) => EventSource, onUnwatched: (thread: ThreadKey) => void) {
    this.#sourceOf = sourceOf;
    this.#onUnwatched = onUnwatched;
  }

  listen(listener: Listener): void {
    const listeners = this.#listeners.get(listener.tenantId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(listener.tenantId, listeners);
  }

  unlisten(listener: Listener): void {
    const listeners = this.#listeners.get(listener.tenantId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(listener.tenantId);
  }

  /** The subscription starts held. Whatever is committed from now on reaches it, once it has been started. */
  subscribe(thread: ThreadKey, encoding: Encoding, follower: Follower): Subscription {
    return this.#channel(thread).subscribe(encoding, follower);
  }

  unsubscribe(thread: ThreadKey, subscription: Subscription): void {
    const channel = this.#channels.get(thread.threadId);
    channel?.unsubscribe(subscription);
    if (channel === undefined || channel.subscriberCount > 0) return;
    channel.close();
    this.#channels.delete(thread.threadId);
    this.#onUnwatched(thread);
  }

  isWatched(threadId: string): boolean {
    return this.#channels.has(threadId);
  }

  publish(thread: ThreadKey, events: readonly ThreadEvent[]): void {
    this.#channels.get(thread.threadId)?.publish(events);
  }

  /** A reader on behalf of a subscriber has seen the log reach this far. */
  noteHead(threadId: string, seq: number): void {
    this.#channels.get(threadId)?.noteHead(seq);
  }

  flush(threadId: string): void {
    this.#channels.get(threadId)?.flush();
  }

  ask(thread: ThreadKey, request: ApprovalServerRequest, approvalId: string): void {
    this.#channels.get(thread.threadId)?.ask(approvalId, request);
  }

  settle(thread: ThreadKey, requestId: RequestId): void {
    this.#channels.get(thread.threadId)?.settle(requestId);
  }

  /** A notification without a seq to those who follow the thread. */
  announce(thread: ThreadKey, method: string, params: unknown): void {
    this.#channels.get(thread.threadId)?.announce(method, params);
  }

  /** A notification without a seq to everyone of the tenant; followers of `besidesFollowersOf` have it from their frames. */
  announceToTenant(tenantId: string, method: string, params: unknown, besidesFollowersOf: string | null = null): void {
    const listeners = this.#listeners.get(tenantId);
    if (listeners === undefined) return;
    const frame = [encodeNotification(method, params, Date.now())];
    for (const listener of listeners) {
      if (listener.encoding.optedOut.has(method)) continue;
      if (besidesFollowersOf !== null && listener.isSubscribedTo(besidesFollowersOf)) continue;
      listener.sendFrames(frame);
    }
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
    this.#listeners.clear();
  }

  #channel(thread: ThreadKey): ThreadChannel {
    const known = this.#channels.get(thread.threadId);
    if (known !== undefined) return known;
    const channel = new ThreadChannel(thread.threadId, this.#sourceOf(thread));
    this.#channels.set(thread.threadId, channel);
    return channel;
  }
}
