/**
 * Who follows one thread: here by connection, at other nodes as those have said. What changes is told at most once a second, the first
 * change at once; each connection is sent it when it is not what it was sent last.
 */
import { encodeNotification } from "../subscription/encode.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import { countPeople, isNobody, joinPeople, type People } from "./people.ts";
import type { PresenceClock } from "./presence-clock.ts";
import type { PresenceMessage } from "./presence-message.ts";
import { presentForMembers, presentForViewers } from "./present-people.ts";
import type { Watcher } from "./watcher.ts";

export const tellEveryMs = 1_000;
/** Who reloads a page is back within this, and was never gone for the others. */
export const lingerMs = 1_000;
/** Who writes says so again before this is over. */
export const typingForMs = 6_000;
/** What a node said counts for so long; it says it again every `beatEveryMs`. */
export const believedForMs = 25_000;

const maxNodes = 200;
const method = "skein/thread/presence";

export interface RoomPorts {
  readonly clock: PresenceClock;
  /** Tells the other nodes. */
  say(people: People, asks: boolean): void;
  /** Nobody follows it here any more, and the others know. */
  emptied(): void;
}

interface Presence {
  /** What it was sent last; compared by identity. */
  told: string | null;
  stopTyping: (() => void) | null;
}

interface Elsewhere {
  readonly people: People;
  readonly number: number;
  readonly heardAtMs: number;
}

export class Room {
  readonly thread: ThreadKey;
  readonly #ports: RoomPorts;
  readonly #here = new Map<Watcher, Presence>();
  readonly #elsewhere = new Map<string, Elsewhere>();
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #next: { readonly atMs: number; readonly cancel: () => void } | null = null;
  /** What the other nodes were told last. */
  #said: string | null = null;
  /** Another node wants to hear it in any case. */
  #isAsked = false;

  constructor(thread: ThreadKey, ports: RoomPorts) {
    this.thread = thread;
    this.#ports = ports;
  }

  arrived(watcher: Watcher): void {
    if (this.#here.has(watcher)) return;
    this.#here.set(watcher, { told: null, stopTyping: null });
    this.#changed(0);
  }

  left(watcher: Watcher): void {
    const presence = this.#here.get(watcher);
    if (presence === undefined) return;
    presence.stopTyping?.();
    this.#here.delete(watcher);
    this.#changed(lingerMs);
  }

  types(watcher: Watcher, typing: boolean): void {
    const presence = this.#here.get(watcher);
    if (presence === undefined) return;
    const wasTyping = presence.stopTyping !== null;
    presence.stopTyping?.();
    presence.stopTyping = typing ? this.#ports.clock.after(typingForMs, () => this.types(watcher, false)) : null;
    if (typing !== wasTyping) this.#changed(0);
  }

  hear({ nodeId, number, asks, people }: PresenceMessage): void {
    const known = this.#elsewhere.get(nodeId);
    const isNews = known === undefined ? this.#elsewhere.size < maxNodes : number > known.number;
    // That nobody is left is kept too: what was said before may come after it.
    if (isNews) this.#elsewhere.set(nodeId, { people, number, heardAtMs: this.#ports.clock.now() });
    this.#isAsked ||= asks;
    if (isNews || asks) this.#changed(0);
  }

  /** Says again who is here, and forgets who is long not heard of. */
  beat(): void {
    const oldest = this.#ports.clock.now() - believedForMs;
    for (const [nodeId, { heardAtMs }] of this.#elsewhere) {
      if (heardAtMs > oldest) continue;
      this.#elsewhere.delete(nodeId);
      this.#changed(0);
    }
    if (this.#here.size > 0) this.#say(this.#peopleHere(), false);
  }

  close(): void {
    this.#next?.cancel();
    this.#next = null;
    for (const { stopTyping } of this.#here.values()) stopTyping?.();
    if (this.#said !== null && this.#said !== JSON.stringify(nobody)) this.#say(nobody, false);
  }

  #changed(waitMs: number): void {
    const now = this.#ports.clock.now();
    const atMs = Math.max(this.#toldAtMs + tellEveryMs, now + waitMs);
    if (this.#next !== null && this.#next.atMs <= atMs) return;
    this.#next?.cancel();
    this.#next = null;
    if (atMs <= now) this.#tell();
    else this.#next = { atMs, cancel: this.#ports.clock.after(atMs - now, () => this.#tell()) };
  }

  #tell(): void {
    this.#next = null;
    this.#toldAtMs = this.#ports.clock.now();
    const here = this.#peopleHere();
    const isFirst = this.#said === null;
    if (this.#isAsked || JSON.stringify(here) !== this.#said) this.#say(here, isFirst);
    this.#isAsked = false;
    if (this.#here.size === 0) this.#ports.emptied();
    else this.#tellHere(here);
  }

  #tellHere(here: People): void {
    const { threadId } = this.thread;
    const all = joinPeople([here, ...[...this.#elsewhere.values()].map(({ people }) => people)]);
    const told = { members: presentForMembers(threadId, all), viewers: presentForViewers(all) };
    const texts = { members: JSON.stringify(told.members), viewers: JSON.stringify(told.viewers) };
    const atMs = this.#ports.clock.now();
    const notices: { members?: Buffer; viewers?: Buffer } = {};
    for (const [watcher, presence] of this.#here) {
      const audience = watcher.principal.via.type === "shareLink" ? "viewers" : "members";
      if (!watcher.hearsPresence || presence.told === texts[audience]) continue;
      presence.told = texts[audience];
      notices[audience] ??= encodeNotification(method, { threadId, people: told[audience] }, atMs);
      watcher.offer(`${method} ${threadId}`, notices[audience]);
    }
  }

  #peopleHere(): People {
    const watching = [...this.#here].map(([{ principal }, { stopTyping }]) => ({
      principal,
      typing: stopTyping !== null,
    }));
    return countPeople(watching);
  }

  #say(people: People, asks: boolean): void {
    this.#said = JSON.stringify(people);
    this.#ports.say(people, asks && !isNobody(people));
  }
}

const nobody = countPeople([]);
