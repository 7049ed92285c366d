/**
 * Commands with keys, kept until they are answered and sent again when the connection went before that. In each lane one
 * is under way at a time, so that they take effect in the order in which they were given.
 */
import { maxMessageBytes } from "@skein/protocol/message-limit";
import type { MethodName, ParamsInput, ResultOf } from "@skein/protocol/methods";
import { backoffMs } from "../connection/backoff.ts";
import type { Clock } from "../connection/clock.ts";
import { NotConnected } from "../connection/not-connected.ts";
import { Observable } from "../observable.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { ConnectionLost, RpcError } from "../rpc/rpc-error.ts";
import type { Scheduler } from "../scheduler.ts";
import { commandKeyOf } from "./command-key.ts";
import type { OutboxEntry, OutboxSignal } from "./entry.ts";
import { decideSends, deriveNextSendMs, evolveOutbox } from "./evolve-outbox.ts";
import { decodeCommands, encodeCommands, type OutboxStorage } from "./stored-commands.ts";

export interface OutboxOptions {
  readonly rpc: Pick<RpcClient, "request">;
  readonly clock: Clock;
  readonly schedule: Scheduler;
  /** null: nothing outlives this object. */
  readonly storage: OutboxStorage | null;
  /** Whether somebody looks at the thread, so that what is answered waits to be shown by it. */
  readonly isWatched: (threadId: string) => boolean;
}

/** So much waits to be sent that the next command was not taken. */
export class OutboxFull extends Error {
  override readonly name = "OutboxFull";
  constructor() {
    super("too much waits to be sent already");
  }
}

/** So many commands may wait, of so many bytes together. */
const maxEntries = 200;
const maxBytes = 2 * maxMessageBytes;
/** How often a server that can store things may ask to come back later. */
const maxDeferrals = 6;

interface Caller {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Outbox {
  /** What was posted and is not shown by its thread yet, in the order in which it was given. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => readonly OutboxEntry[];
  readonly #options: OutboxOptions;
  readonly #posted: Observable<readonly OutboxEntry[]>;
  readonly #callers = new Map<number, Caller>();
  #entries: readonly OutboxEntry[] = [];
  #stored = "";
  #lastId = 0;
  #isConnected = false;
  #isHeld = false;
  #isClosed = false;
  #cancelTimer: (() => void) | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#posted = new Observable<readonly OutboxEntry[]>([], options.schedule);
    this.subscribe = this.#posted.subscribe;
    this.getSnapshot = this.#posted.getSnapshot;
    for (const { method, params, refusal } of decodeCommands(options.storage?.read() ?? null)) {
      const entry = this.#entryOf(method, params, true);
      this.#entries = [
        ...this.#entries,
        refusal === null ? entry : { ...entry, state: { type: "failed", error: new Error(refusal) } },
      ];
    }
    this.#publish();
  }

  /**
   * Resolves with the command's result, over any number of connections and times without a database. Rejects with `RpcError` when it was refused,
   * `MessageTooLarge`, `OutboxFull`, or `ConnectionLost` when the client was closed before the answer came.
   */
  request<M extends MethodName>(method: M, params: ParamsInput<M>): Promise<ResultOf<M>> {
    return this.#add(method, params, false) as Promise<ResultOf<M>>;
  }

  /** The same, for a command that a person gave: it outlives a reload, and a refusal stays to be seen, retried or discarded. */
  post<M extends MethodName>(method: M, params: ParamsInput<M>): Promise<ResultOf<M>> {
    const result = this.#add(method, params, true) as Promise<ResultOf<M>>;
    // Whoever does not wait for it sees in the snapshot what became of it.
    result.catch(() => {});
    return result;
  }

  /** Whether a command with these params would be taken now. */
  hasRoomFor(params: unknown): boolean {
    return this.#hasRoom(JSON.stringify(params).length);
  }

  retry(id: number): void {
    this.#signal({ type: "retried", id });
  }

  /** Forgets a command. One that is on its way may take effect all the same. */
  discard(id: number): void {
    this.#callers.get(id)?.reject(new ConnectionLost());
    this.#callers.delete(id);
    this.#signal({ type: "discarded", id });
  }

  connected(): void {
    this.#isConnected = true;
    this.#sendWhatMaybeSent();
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#isHeld = false;
    this.#signal({ type: "connectionLost" });
  }

  /**
   * The server says over this connection that it can store nothing: what waits is kept until `release`, and what is put
   * off meanwhile may be for as long as it takes.
   */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#sendWhatMaybeSent();
  }

  /** The thread shows the message with this key. */
  shown(threadId: string, key: string): void {
    this.#signal({ type: "shown", lane: threadId, key });
  }

  /** The thread was loaded anew, or nobody looks at it any more. */
  reloaded(threadId: string): void {
    this.#signal({ type: "reloaded", lane: threadId });
  }

  /** Tells whoever waits for an answer that none will come; what was posted is kept. */
  fail(error: Error): void {
    const waiting = this.#entries.filter(({ isPosted }) => !isPosted);
    for (const { id } of waiting) {
      this.#settle(id, ({ reject }) => reject(error));
      this.#signal({ type: "discarded", id });
    }
  }

  /** Nothing more is sent. What was posted stays in the storage. */
  close(): void {
    this.#isConnected = false;
    this.#isClosed = true;
    this.#cancelTimer?.();
    for (const { reject } of this.#callers.values()) reject(new ConnectionLost());
    this.#callers.clear();
  }

  async #add(method: MethodName, params: unknown, isPosted: boolean): Promise<unknown> {
    if (this.#isClosed) throw new ConnectionLost();
    const entry = this.#entryOf(method, params, isPosted);
    if (!this.#hasRoom(entry.bytes)) throw new OutboxFull();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#callers.set(entry.id, { resolve, reject });
    this.#signal({ type: "added", entry });
    return promise;
  }

  #entryOf(method: MethodName, params: unknown, isPosted: boolean): OutboxEntry {
    const named = commandKeyOf(method, params);
    if (named === null) throw new Error(`${method} without a key cannot be sent again`);
    this.#lastId += 1;
    const bytes = JSON.stringify(params).length;
    const state = { type: "waiting", notBeforeMs: 0 } as const;
    return { id: this.#lastId, ...named, method, params, isPosted, bytes, isShown: false, deferrals: 0, state };
  }

  #hasRoom(bytes: number): boolean {
    const waiting = this.#entries.filter(({ state }) => state.type !== "answered");
    const waitingBytes = waiting.reduce((sum, entry) => sum + entry.bytes, 0);
    const isTooMuch = waiting.length > 0 && waitingBytes + bytes > maxBytes;
    return !isTooMuch && waiting.length < maxEntries;
  }

  #signal(signal: OutboxSignal): void {
    const entries = evolveOutbox(this.#entries, signal);
    if (entries !== this.#entries) {
      this.#entries = entries;
      this.#publish();
    }
    this.#sendWhatMaybeSent();
  }

  #publish(): void {
    const posted = this.#entries.filter(({ isPosted }) => isPosted);
    if (posted.length === 0 && this.#posted.value.length === 0) return;
    this.#posted.value = posted;
    const text = encodeCommands(posted);
    if (text === this.#stored) return;
    this.#stored = text;
    this.#options.storage?.write(text);
  }

  #sendWhatMaybeSent(): void {
    if (!this.#isConnected || this.#isHeld) return;
    const nowMs = this.#options.clock.now();
    for (const entry of decideSends(this.#entries, nowMs)) void this.#send(entry);
    this.#cancelTimer?.();
    const nextMs = deriveNextSendMs(this.#entries, nowMs);
    if (nextMs === null) this.#cancelTimer = null;
    else this.#cancelTimer = this.#options.clock.after(nextMs - nowMs, () => this.#sendWhatMaybeSent());
  }

  async #send({ id, lane, method, params, deferrals }: OutboxEntry): Promise<void> {
    this.#entries = evolveOutbox(this.#entries, { type: "sent", id });
    this.#publish();
    try {
      const result = await this.#options.rpc.request(method, params as ParamsInput<typeof method>);
      this.#settle(id, ({ resolve }) => resolve(result));
      this.#signal({ type: "answered", id, isAwaited: this.#options.isWatched(lane) });
    } catch (error) {
      this.#sendingFailed(id, deferrals, error as Error);
    }
  }

  #sendingFailed(id: number, deferrals: number, error: Error): void {
    // The entry waits again already, or will when the connection is said to be gone.
    if (error instanceof ConnectionLost || error instanceof NotConnected) return;
    const { clock } = this.#options;
    const isCounted = !this.#isHeld;
    if (error instanceof RpcError && error.retry === "later" && (deferrals < maxDeferrals || !isCounted)) {
      const pauseMs = Math.max(1, backoffMs(deferrals + 1, clock.random()), error.retryAfterMs ?? 0);
      const notBeforeMs = clock.now() + pauseMs;
      this.#signal({ type: "deferred", id, notBeforeMs, isCounted });
      return;
    }
    this.#settle(id, ({ reject }) => reject(error));
    this.#signal({ type: "failed", id, error });
  }

  #settle(id: number, tell: (caller: Caller) => void): void {
    const caller = this.#callers.get(id);
    this.#callers.delete(id);
    if (caller !== undefined) tell(caller);
  }
}
