/** Who on this node wants to hear what: a channel per thread, and the connections of each tenant for lists of threads. */
import type { ThreadEvent } from "@skein/timeline/event";
import type { Unsubscribe } from "../bus/bus.ts";
import { Arrivals } from "./arrivals.ts";
import { decideHead, type Published, type SeenHead } from "./decide-head.ts";
import type { Announcement, Elsewhere } from "./elsewhere.ts";
import { type Encoding, encodeNotification } from "./encode.ts";
import type { EventSource } from "./event-source.ts";
import type { Follower } from "./follower.ts";
import type { Subscription } from "./subscription.ts";
import { ThreadChannel } from "./thread-channel.ts";

export interface ThreadKey {
  readonly tenantId: string;
  readonly threadId: string;
}

/** A thread, and whose it is, for lists of threads; null: nobody's. */
export interface ListedThread extends ThreadKey {
  readonly createdBy: string | null;
  /** To whom it was shared; absent: that is read when somebody listens who could be meant. */
  readonly guests?: readonly string[];
}

/** A connection that has said hello: it hears of every thread of its tenant that it may read, and of those it follows in full. */
export interface Listener extends Follower {
  readonly tenantId: string;
  readonly userId: string;
  /** Whether it may read a thread that this person has made, and that was shared with it or was not. */
  mayRead(createdBy: string | null, isGuest: boolean): boolean;
  readonly encoding: Encoding;
  isSubscribedTo(threadId: string): boolean;
}

export interface SubscriptionsOptions {
  /** Of the database; cursors carry it. */
  readonly incarnation: string;
  sourceOf(thread: ThreadKey): EventSource;
  /** Nobody follows the thread any more. */
  onUnwatched(thread: ThreadKey): void;
  readonly elsewhere: Elsewhere;
  /** To whom the thread was shared. */
  guestsOf(thread: ThreadKey): Promise<readonly string[]>;
  report(problem: string, details: object): void;
}

/** A crowd that was cut off comes back within this time, and finds the newest events in memory. */
export const keepUnwatchedMs = 30_000;

interface Watched {
  readonly thread: ThreadKey;
  readonly channel: ThreadChannel;
  readonly arrivals: Arrivals;
  readonly leave: Unsubscribe;
  /** Runs while nobody follows. */
  farewell: NodeJS.Timeout | null;
}

interface TenantListeners {
  readonly all: Set<Listener>;
  readonly leave: Unsubscribe;
  /** When guests have been told of what was announced so far. */
  told: Promise<void>;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #listeners = new Map<string, TenantListeners>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  listen(listener: Listener): void {
    const { tenantId } = listener;
    const { elsewhere } = this.#options;
    const listeners = this.#listeners.get(tenantId) ?? {
      all: new Set(),
      told: Promise.resolve(),
      leave: elsewhere.hearAnnouncements(tenantId, (announcement) => this.#announceHere(tenantId, announcement)),
    };
    listeners.all.add(listener);
    this.#listeners.set(tenantId, listeners);
  }

  unlisten(listener: Listener): void {
    const listeners = this.#listeners.get(listener.tenantId);
    listeners?.all.delete(listener);
    if (listeners?.all.size !== 0) return;
    listeners.leave();
    this.#listeners.delete(listener.tenantId);
  }

  /** The subscription starts held. Whatever is committed from now on reaches it, once it has been started. */
  subscribe(thread: ThreadKey, encoding: Encoding, follower: Follower): Subscription {
    const watched = this.#watch(thread);
    if (watched.farewell !== null) clearTimeout(watched.farewell);
    watched.farewell = null;
    return watched.channel.subscribe(encoding, follower);
  }

  unsubscribe(thread: ThreadKey, subscription: Subscription): void {
    const watched = this.#watched.get(thread.threadId);
    watched?.channel.unsubscribe(subscription);
    if (watched === undefined || watched.channel.subscriberCount > 0) return;
    watched.farewell = setTimeout(() => this.#forget(watched), keepUnwatchedMs);
    watched.farewell.unref();
    this.#options.onUnwatched(thread);
  }

  isWatched(threadId: string): boolean {
    return (this.#watched.get(threadId)?.channel.subscriberCount ?? 0) > 0;
  }

  /** Whether somebody follows the thread, or has until half a minute ago and may be about to come back. */
  remembers(threadId: string): boolean {
    return this.#watched.has(threadId);
  }

  /** Committed by this node, the owner of the thread: for followers here and elsewhere. */
  publish({ threadId }: ThreadKey, events: readonly ThreadEvent[]): void {
    if (events.length === 0) return;
    this.#watched.get(threadId)?.channel.publish(events);
    this.#options.elsewhere.commit(threadId, events);
  }

  /** Resolves when followers here have been told everything through `seq`, which another node has published. */
  async reach(threadId: string, seq: number): Promise<void> {
    const watched = this.#watched.get(threadId);
    watched?.arrivals.takeThrough(seq);
    await watched?.channel.reach(seq);
  }

  /** A reader has seen the log reach this far. */
  noteHead(threadId: string, head: SeenHead): void {
    this.#watched.get(threadId)?.channel.noteHead(head);
  }

  /** What is published of the threads that somebody follows. */
  watched(): readonly (Published & { readonly threadId: string })[] {
    return [...this.#watched.values()].flatMap(({ channel: { threadId, publishedSeq, logEpoch, subscriberCount } }) =>
      logEpoch === null || subscriberCount === 0 ? [] : [{ threadId, publishedSeq, logEpoch }],
    );
  }

  /** Compares what was published before with where the log ends; `head`: undefined when the thread is gone. */
  judge(before: Published & { readonly threadId: string }, head: SeenHead | undefined): void {
    const watched = this.#watched.get(before.threadId);
    if (watched === undefined) return;
    const verdict = decideHead(before, head);
    switch (verdict.type) {
      case "gone":
        this.gone(watched.thread);
        return;
      case "reset":
        watched.channel.reset(verdict.reason, verdict.head);
        return;
      case "behind":
        watched.channel.noteHead(verdict.head);
        break;
      case "level":
        break;
    }
    watched.channel.retry();
  }

  /** The thread was deleted: its followers are told so, and follow it no more. */
  gone({ threadId }: ThreadKey): void {
    const watched = this.#watched.get(threadId);
    if (watched === undefined) return;
    watched.channel.gone();
    this.#forget(watched);
  }

  /** Whether a subscriber that goes on from here needs nothing from the database. */
  reachesBackTo(threadId: string, seq: number): boolean {
    return this.#watched.get(threadId)?.channel.reachesBackTo(seq) ?? false;
  }

  flush(threadId: string): void {
    this.#watched.get(threadId)?.channel.flush();
  }

  /** A notification without a seq to those who follow the thread. */
  announce(thread: ThreadKey, method: string, params: unknown): void {
    this.#watched.get(thread.threadId)?.channel.announce(method, params);
  }

  /** A notification without a seq to everyone who may read the thread, on every node; its followers have it from their frames. */
  announceToTenant({ tenantId, threadId, createdBy, guests }: ListedThread, method: string, params: unknown): void {
    const announcement: Announcement = { method, params, threadId, createdBy, guests: guests ?? null };
    this.#announceHere(tenantId, announcement);
    this.#options.elsewhere.announce(tenantId, announcement);
  }

  close(): void {
    for (const watched of this.#watched.values()) this.#forget(watched);
    for (const { leave } of this.#listeners.values()) leave();
    this.#listeners.clear();
  }

  #announceHere(tenantId: string, announcement: Announcement): void {
    const listeners = this.#listeners.get(tenantId);
    if (listeners === undefined) return;
    const { method, params, threadId, createdBy } = announcement;
    const notice = encodeNotification(method, params, Date.now());
    const tell = (listener: Listener, isGuest: boolean) => {
      const { optedOut, replay } = listener.encoding;
      if (optedOut.has(method) || listener.isSubscribedTo(threadId)) return;
      if (!replay && method.startsWith("skein/")) return;
      if (listener.mayRead(createdBy, isGuest)) listener.offer(`${method} ${threadId}`, notice);
    };
    const others: Listener[] = [];
    for (const listener of listeners.all) {
      if (listener.mayRead(createdBy, false)) tell(listener, false);
      else if (listener.mayRead(createdBy, true)) others.push(listener);
    }
    if (others.length === 0) return;
    // One after the other, so that a guest hears in order what happened in order.
    listeners.told = listeners.told
      .then(async () => {
        const guests = new Set(announcement.guests ?? (await this.#options.guestsOf({ tenantId, threadId })));
        for (const listener of others) {
          if (guests.has(listener.userId) && listeners.all.has(listener)) tell(listener, true);
        }
      })
      .catch((err: unknown) => this.#options.report("guests of a thread were not told", { threadId, method, err }));
  }

  #watch(thread: ThreadKey): Watched {
    const known = this.#watched.get(thread.threadId);
    if (known !== undefined) {
      if (known.thread.tenantId !== thread.tenantId) throw new Error(`${thread.threadId} is of another tenant`);
      return known;
    }
    const { incarnation, sourceOf, elsewhere, report } = this.#options;
    const { threadId } = thread;
    const channel = new ThreadChannel({ threadId, incarnation, source: sourceOf(thread), report });
    const arrivals = new Arrivals(({ head, events }) => channel.hear(head, events));
    const leave = elsewhere.hearCommits(threadId, (message) => arrivals.add(message));
    const watched: Watched = { thread, channel, arrivals, leave, farewell: null };
    this.#watched.set(threadId, watched);
    return watched;
  }

  #forget({ thread, channel, leave, farewell }: Watched): void {
    if (farewell !== null) clearTimeout(farewell);
    leave();
    channel.close();
    this.#watched.delete(thread.threadId);
  }
}
