/** A client of a Skein server: one connection, the list of threads, and a store per open thread. */
import { replayExtension } from "@skein/protocol/extensions";
import type { MethodName, ParamsInput, ResultOf } from "@skein/protocol/methods";
import type { ServerNotification } from "@skein/protocol/notifications";
import type { DatabaseStatus } from "@skein/protocol/notifications/server";
import type { ThreadEvents } from "@skein/protocol/replay";
import { accessUnknown, type CheckAccess } from "./connection/access.ts";
import { type Clock, systemClock } from "./connection/clock.ts";
import { Connection } from "./connection/connection.ts";
import type { OpenSocket } from "./connection/socket.ts";
import type { ConnectionState } from "./connection/state.ts";
import { type Surroundings, systemSurroundings } from "./connection/surroundings.ts";
import { Observable } from "./observable.ts";
import { commandKeyOf } from "./outbox/command-key.ts";
import { Outbox } from "./outbox/outbox.ts";
import type { OutboxStorage } from "./outbox/stored-commands.ts";
import { RpcClient, type ServerRequest } from "./rpc/rpc-client.ts";
import { frameScheduler, type Scheduler } from "./scheduler.ts";
import { ThreadStore } from "./thread/thread-store.ts";
import { ThreadListStore } from "./thread-list/thread-list-store.ts";

export interface SkeinClientOptions {
  readonly clientInfo: { readonly name: string; readonly title?: string; readonly version: string };
  readonly schedule?: Scheduler;
  readonly clock?: Clock;
  readonly surroundings?: Surroundings;
  /** Asked when a socket did not open; without it, only what the socket says counts. */
  readonly checkAccess?: CheckAccess;
  /** Where posted commands outlive a reload; without it they live as long as the client. */
  readonly outboxStorage?: OutboxStorage;
  /** Turns per page of a thread. */
  readonly pageTurns?: number;
  /** Threads per page of the list. */
  readonly pageThreads?: number;
}

interface OpenThread {
  readonly store: ThreadStore;
  users: number;
}

export class SkeinClient {
  /** The connection's state, for useSyncExternalStore. */
  readonly state: Pick<Observable<ConnectionState>, "subscribe" | "getSnapshot">;
  /** Whether the server can store anything, as it last said on this connection. */
  readonly database: Pick<Observable<DatabaseStatus>, "subscribe" | "getSnapshot">;
  /** Threads that are not archived. */
  readonly threads: ThreadListStore;
  /** Commands that are sent again until they are answered. */
  readonly outbox: Outbox;
  readonly #options: SkeinClientOptions;
  readonly #schedule: Scheduler;
  readonly #state: Observable<ConnectionState>;
  readonly #database: Observable<DatabaseStatus>;
  readonly #rpc: RpcClient;
  readonly #connection: Connection;
  readonly #openThreads = new Map<string, OpenThread>();
  readonly #listeners = new Set<(notification: ServerNotification) => void>();

  /** Begins to connect at once. */
  constructor(openSocket: OpenSocket, options: SkeinClientOptions) {
    this.#options = options;
    this.#schedule = options.schedule ?? frameScheduler;
    this.#state = new Observable<ConnectionState>({ type: "idle" }, this.#schedule);
    this.state = this.#state;
    this.#database = new Observable<DatabaseStatus>({ state: "available" }, this.#schedule);
    this.database = this.#database;
    this.#rpc = new RpcClient({
      send: (text) => this.#connection.send(text),
      onNotification: (notification) => this.#notified(notification),
      onServerRequest: (request) => this.#asked(request),
    });
    this.#connection = new Connection({
      openSocket,
      initialize: () => this.#initialize(),
      onMessage: (text) => this.#rpc.receive(text),
      onState: (state, previous) => this.#stateChanged(state, previous),
      checkSocket: () => this.#checkSocket(),
      checkAccess: options.checkAccess ?? accessUnknown,
      clock: options.clock ?? systemClock,
      surroundings: options.surroundings ?? systemSurroundings(),
    });
    this.outbox = new Outbox({
      rpc: this.#rpc,
      clock: options.clock ?? systemClock,
      schedule: this.#schedule,
      storage: options.outboxStorage ?? null,
      isWatched: (threadId) => this.#openThreads.has(threadId),
    });
    this.threads = new ThreadListStore({
      rpc: this.#rpc,
      schedule: this.#schedule,
      pageThreads: options.pageThreads ?? 50,
      archived: false,
    });
    this.#connection.start();
  }

  /**
   * A command with a key is sent again until it is answered, over any number of connections. Anything else is sent once:
   * it rejects with `NotConnected` when it was not sent, and with `ConnectionLost` when nobody knows what became of it.
   * Either rejects with `RpcError` when the server refused.
   */
  request<M extends MethodName>(method: M, params: ParamsInput<M>): Promise<ResultOf<M>> {
    return commandKeyOf(method, params) === null
      ? this.#rpc.request(method, params)
      : this.outbox.request(method, params);
  }

  /** Everything the server says outside of frames. */
  onNotification(listener: (notification: ServerNotification) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The store of a thread, the same one for all who have it open. Each `openThread` wants one `closeThread`. */
  openThread(threadId: string): ThreadStore {
    const open = this.#openThreads.get(threadId);
    if (open !== undefined) {
      open.users += 1;
      return open.store;
    }
    const store = new ThreadStore({
      threadId,
      rpc: {
        request: (method, params) => this.request(method, params),
        respond: (...answer) => this.#rpc.respond(...answer),
      },
      schedule: this.#schedule,
      pageTurns: this.#options.pageTurns ?? 20,
    });
    this.#openThreads.set(threadId, { store, users: 1 });
    if (this.#connection.state.type === "live") store.connected();
    return store;
  }

  /** The last to close a thread ends its subscription. */
  closeThread(threadId: string): void {
    const open = this.#openThreads.get(threadId);
    if (open === undefined) return;
    open.users -= 1;
    if (open.users > 0) return;
    this.#openThreads.delete(threadId);
    open.store.disconnected();
    this.outbox.reloaded(threadId);
    // A connection that goes takes its subscriptions along.
    this.#rpc.request("thread/unsubscribe", { threadId }).catch(() => {});
  }

  /** Do not wait for the next attempt to connect; also the way out of `blocked`. */
  retryNow(): void {
    this.#connection.retryNow();
  }

  /** Final. Whoever still waits for an answer hears `ConnectionLost`. */
  close(): void {
    this.#connection.close();
    this.outbox.close();
  }

  async #initialize(): Promise<void> {
    const { extensions } = await this.#rpc.request("initialize", {
      clientInfo: this.#options.clientInfo,
      capabilities: { experimentalApi: true, extensions: { [replayExtension]: {} } },
    });
    if (extensions === undefined || !Object.hasOwn(extensions, replayExtension)) {
      throw new Error(`the server does not speak ${replayExtension}, which this client needs`);
    }
    this.#rpc.notify("initialized");
  }

  /** Any answer will do, and so will an error. */
  #checkSocket(): void {
    this.#rpc.request("skein/server/info", {}).catch(() => {});
  }

  #stateChanged(state: ConnectionState, previous: ConnectionState): void {
    this.#state.value = state;
    if (state.type === previous.type) return;
    if (previous.type === "initializing" || previous.type === "live") {
      if (state.type !== "live") this.#connectionLost();
    }
    if (previous.type === "live") {
      for (const { store } of this.#openThreads.values()) store.disconnected();
      this.outbox.disconnected();
    }
    if (state.type !== "live") return;
    for (const { store } of this.#openThreads.values()) store.connected();
    this.outbox.connected();
    this.threads.connected();
  }

  #connectionLost(): void {
    this.#rpc.connectionLost();
    this.#database.value = { state: "available" };
  }

  #notified(notification: ServerNotification): void {
    switch (notification.method) {
      case "skein/server/status":
        this.#database.value = notification.params.database;
        break;
      case "skein/thread/events":
        this.#framed(notification.params);
        return;
      case "thread/status/changed":
      case "thread/tokenUsage/updated":
      case "thread/deleted":
        this.#openThreads.get(notification.params.threadId)?.store.receiveNotification(notification);
        break;
    }
    this.threads.receiveNotification(notification);
    for (const listener of [...this.#listeners]) listener(notification);
  }

  /** A follower hears of names and archiving in frames only; the list must hear of them too. */
  #framed(frame: ThreadEvents): void {
    this.#openThreads.get(frame.threadId)?.store.receiveFrame(frame);
    for (const event of frame.events) {
      this.threads.receiveNotification(event);
      if (event.method !== "item/started" || event.params.item.type !== "userMessage") continue;
      const { clientId } = event.params.item;
      if (clientId !== null) this.outbox.shown(frame.threadId, clientId);
    }
  }

  #asked(request: ServerRequest): void {
    this.#openThreads.get(request.params.threadId)?.store.receiveRequest(request);
  }
}
