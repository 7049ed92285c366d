/** Who on this node wants to hear what: a channel per thread, and the connections of each tenant for lists of threads. */
import type { ThreadEvent } from "@skein/timeline/event";
import type { Unsubscribe } from "../bus/bus.ts";
import { Arrivals } from "./arrivals.ts";
import { decideHead, type Published, type SeenHead } from "./decide-head.ts";
import type { Announcement, Elsewhere } from "./elsewhere.ts";
import { type Encoding, encodeNotification } from "./encode.ts";
import type { EventSource } from "./event-source.ts";
import type { Follower } from "./follower.ts";
import { Lens } from "./lens.ts";
import type { Subscription } from "./subscription.ts";
import { ThreadChannel } from "./thread-channel.ts";
import type { ViewTerms } from "./view-terms.ts";

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
  /** Whether it may see what there is in the tenant beside threads. */
  readonly mayLook: boolean;
  readonly encoding: Encoding;
  isSubscribedTo(threadId: string): boolean;
}

export interface SubscriptionsOptions {
  /** Of the database; cursors carry it. */
  readonly incarnation: string;
  /** `terms`: as viewers see it; null: as members do. */
  sourceOf(thread: ThreadKey, terms: ViewTerms | null): EventSource;
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
  /** For members. */
  readonly channel: ThreadChannel;
  /** For viewers, by the key of their terms. */
  /** By the key of their terms; those that are over by nothing. */
  readonly views: Map<string | symbol, ThreadChannel>;
  readonly arrivals: Arrivals;
  readonly leave: Unsubscribe;
  /** Runs while nobody follows. */
  farewell: NodeJS.Timeout | null;
}

/** A channel that somebody follows, and how far it has come. */
export interface WatchedChannel extends Published {
  readonly threadId: string;
  readonly channel: ThreadChannel;
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

  /** The subscription starts held. Whatever is committed from now on reaches it, once it has been started. `terms`: of a viewer. */
  subscribe(thread: ThreadKey, encoding: Encoding, follower: Follower, terms: ViewTerms | null = null): Subscription {
    const watched = this.#watch(thread);
    if (watched.farewell !== null) clearTimeout(watched.farewell);
    watched.farewell = null;
    const channel = terms === null ? watched.channel : this.#view(watched, terms);
    return channel.subscribe(encoding, follower);
  }

  unsubscribe(thread: ThreadKey, subscription: Subscription): void {
    const watched = this.#watched.get(thread.threadId);
    if (watched === undefined) return;
    for (const channel of channelsOf(watched)) channel.unsubscribe(subscription);
    if (subscriberCountOf(watched) > 0) return;
    watched.farewell = setTimeout(() => this.#forget(watched), keepUnwatchedMs);
    watched.farewell.unref();
    this.#options.onUnwatched(thread);
  }

  isWatched(threadId: string): boolean {
    const watched = this.#watched.get(threadId);
    return watched !== undefined && subscriberCountOf(watched) > 0;
  }

  /** Whether somebody follows the thread, or has until half a minute ago and may be about to come back. */
  remembers(threadId: string): boolean {
    return this.#watched.has(threadId);
  }

  /** Committed by this node, the owner of the thread: for followers here and elsewhere. */
  publish({ threadId }: ThreadKey, events: readonly ThreadEvent[]): void {
    if (events.length === 0) return;
    for (const channel of this.#channels(threadId)) channel.publish(events);
    this.#options.elsewhere.commit(threadId, events);
  }

  /** Resolves when followers here have been told everything through `seq`, which another node has published. */
  async reach(threadId: string, seq: number): Promise<void> {
    const watched = this.#watched.get(threadId);
    watched?.arrivals.takeThrough(seq);
    await Promise.all(this.#channels(threadId).map((channel) => channel.reach(seq)));
  }

  /** A reader has seen the log reach this far. */
  noteHead(threadId: string, head: SeenHead): void {
    for (const channel of this.#channels(threadId)) channel.noteHead(head);
  }

  /** What is published of the threads that somebody follows. */
  watched(): readonly WatchedChannel[] {
    return [...this.#watched.values()].flatMap(channelsOf).flatMap((channel) => {
      const { threadId, publishedSeq, logEpoch, subscriberCount } = channel;
      return logEpoch === null || subscriberCount === 0 ? [] : [{ threadId, publishedSeq, logEpoch, channel }];
    });
  }

  /** Compares what was published before with where the log ends; `head`: undefined when the thread is gone. */
  judge(before: WatchedChannel, head: SeenHead | undefined): void {
    const watched = this.#watched.get(before.threadId);
    const { channel } = before;
    if (watched === undefined || !channelsOf(watched).includes(channel)) return;
    const verdict = decideHead(before, head);
    switch (verdict.type) {
      case "gone":
        this.gone(watched.thread);
        return;
      case "reset":
        channel.reset(verdict.reason, verdict.head);
        return;
      case "behind":
        channel.noteHead(verdict.head);
        break;
      case "level":
        break;
    }
    channel.retry();
  }

  /** What viewers in this tenant must not see has changed: whoever was shown by other rules begins anew. */
  hideFromViewers(tenantId: string, values: readonly string[]): void {
    for (const { thread, views } of this.#watched.values()) {
      if (thread.tenantId !== tenantId) continue;
      for (const [key, channel] of [...views]) {
        if (channel.over !== null || channel.hides(values)) continue;
        views.delete(key);
        views.set(Symbol(), channel);
        channel.supersede("otherIncarnation");
      }
    }
  }

  /** The thread was deleted: its followers are told so, and follow it no more. */
  gone({ threadId }: ThreadKey): void {
    const watched = this.#watched.get(threadId);
    if (watched === undefined) return;
    for (const channel of channelsOf(watched)) channel.gone();
    this.#forget(watched);
  }

  /** Whether a subscriber that goes on from here needs nothing from the database. */
  reachesBackTo(threadId: string, seq: number): boolean {
    return this.#watched.get(threadId)?.channel.reachesBackTo(seq) ?? false;
  }

  flush(threadId: string): void {
    for (const channel of this.#channels(threadId)) channel.flush();
  }

  /** A notification without a seq to those who follow the thread. */
  announce(thread: ThreadKey, method: string, params: unknown): void {
    this.#watched.get(thread.threadId)?.channel.announce(method, params);
  }

  /** A notification without a seq to everyone who may read the thread, on every node; its followers have it from their frames. */
  announceToTenant(thread: ListedThread, method: string, params: unknown): void {
    this.#announce(thread, method, params, "besidesFollowers");
  }

  /** The same, to its followers too: for what is in no frame. */
  announceToReaders(thread: ListedThread, method: string, params: unknown): void {
    this.#announce(thread, method, params, "readers");
  }

  /** A notification without a seq to every connection of one person, on every node. It is about no thread. */
  announceToPerson(tenantId: string, userId: string, method: string, params: unknown): void {
    this.#announce({ tenantId, threadId: "", createdBy: userId, guests: [] }, method, params, "person");
  }

  #announce(
    { tenantId, threadId, createdBy, guests }: ListedThread,
    method: string,
    params: unknown,
    audience: Announcement["audience"],
  ): void {
    const announcement: Announcement = { method, params, threadId, createdBy, guests: guests ?? null, audience };
    this.#announceHere(tenantId, announcement);
    this.#options.elsewhere.announce(tenantId, announcement);
  }

  /** A notification of Skein's that is about no thread, to everyone in the tenant, on every node. `about`: takes the place of an unsent one. */
  announceToAll(tenantId: string, about: string, method: string, params: unknown): void {
    const announcement: Announcement = {
      method,
      params,
      threadId: about,
      createdBy: null,
      guests: [],
      toAll: true,
      audience: "readers",
    };
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
    const { method, params, threadId, createdBy, audience } = announcement;
    const notice = encodeNotification(method, params, Date.now());
    const tell = (listener: Listener, isGuest: boolean) => {
      const { optedOut, replay } = listener.encoding;
      if (optedOut.has(method) || (audience === "besidesFollowers" && listener.isSubscribedTo(threadId))) return;
      if (!replay && method.startsWith("skein/")) return;
      // A credential may carry less than its person has.
      if (audience === "person" && listener.userId !== createdBy) return;
      if (listener.mayRead(createdBy, isGuest)) listener.offer(`${method} ${threadId}`, notice);
    };
    if (announcement.toAll === true) {
      for (const listener of listeners.all) {
        const { optedOut, replay } = listener.encoding;
        if (replay && listener.mayLook && !optedOut.has(method)) listener.offer(`${method} ${threadId}`, notice);
      }
      return;
    }
    const others: Listener[] = [];
    for (const listener of listeners.all) {
      if (listener.mayRead(createdBy, false)) tell(listener, false);
      else if (audience !== "person" && listener.mayRead(createdBy, true)) others.push(listener);
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

  #channels(threadId: string): readonly ThreadChannel[] {
    const watched = this.#watched.get(threadId);
    return watched === undefined ? [] : channelsOf(watched);
  }

  #view({ thread, views }: Watched, terms: ViewTerms): ThreadChannel {
    const known = views.get(terms.key);
    if (known !== undefined) return known;
    for (const [key, { subscriberCount }] of views) if (subscriberCount === 0) this.#closeView(views, key);
    const { sourceOf, report } = this.#options;
    const { incarnation, rules } = terms;
    const source = sourceOf(thread, terms);
    const channel = new ThreadChannel({ ...thread, incarnation, source, lens: new Lens(rules), report });
    views.set(terms.key, channel);
    return channel;
  }

  #closeView(views: Watched["views"], key: string | symbol): void {
    views.get(key)?.close();
    views.delete(key);
  }

  #watch(thread: ThreadKey): Watched {
    const known = this.#watched.get(thread.threadId);
    if (known !== undefined) {
      if (known.thread.tenantId !== thread.tenantId) throw new Error(`${thread.threadId} is of another tenant`);
      return known;
    }
    const { incarnation, sourceOf, elsewhere, report } = this.#options;
    const { threadId } = thread;
    const channel = new ThreadChannel({ threadId, incarnation, source: sourceOf(thread, null), report });
    const arrivals = new Arrivals(({ head, events }) => {
      for (const channel of channelsOf(watched)) channel.hear(head, events);
    });
    const leave = elsewhere.hearCommits(threadId, (message) => arrivals.add(message));
    const watched: Watched = { thread, channel, views: new Map(), arrivals, leave, farewell: null };
    this.#watched.set(threadId, watched);
    return watched;
  }

  #forget(watched: Watched): void {
    const { thread, leave, farewell } = watched;
    if (farewell !== null) clearTimeout(farewell);
    leave();
    for (const channel of channelsOf(watched)) channel.close();
    this.#watched.delete(thread.threadId);
  }
}

function channelsOf({ channel, views }: Watched): readonly ThreadChannel[] {
  return views.size === 0 ? [channel] : [channel, ...views.values()];
}

function subscriberCountOf(watched: Watched): number {
  return channelsOf(watched).reduce((sum, { subscriberCount }) => sum + subscriberCount, 0);
}
