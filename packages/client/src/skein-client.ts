/** A client of a Skein server: one connection, the list of threads, the threads it follows, and what waits to be sent. */
import { presenceExtension, replayExtension } from "@skein/protocol/extensions";
import type { MethodName, ParamsInput, ResultOf } from "@skein/protocol/methods";
import type { ServerNotification } from "@skein/protocol/notifications";
import type { DatabaseStatus } from "@skein/protocol/notifications/server";
import type { ThreadEvents } from "@skein/protocol/replay";
import { accessUnknown, type CheckAccess } from "./connection/access.ts";
import { Blocked } from "./connection/blocked.ts";
import { type Clock, systemClock } from "./connection/clock.ts";
import { Connection } from "./connection/connection.ts";
import type { OpenSocket } from "./connection/socket.ts";
import type { ConnectionState } from "./connection/state.ts";
import { type Surroundings, systemSurroundings } from "./connection/surroundings.ts";
import { Observable } from "./observable.ts";
import { commandKeyOf } from "./outbox/command-key.ts";
import { Outbox } from "./outbox/outbox.ts";
import type { OutboxStorage } from "./outbox/stored-commands.ts";
import { Answers, type GivenAnswers } from "./rpc/answers.ts";
import { RpcClient, type ServerRequest } from "./rpc/rpc-client.ts";
import { ConnectionLost } from "./rpc/rpc-error.ts";
import { frameScheduler, type Scheduler } from "./scheduler.ts";
import type { EventStream, EventsOptions } from "./thread/event-stream.ts";
import { FollowedThreads } from "./thread/followed-threads.ts";
import { ThreadHandle } from "./thread/thread-handle.ts";
import type { ThreadStore } from "./thread/thread-store.ts";
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

const available: DatabaseStatus = { state: "available" };

type Watched<T> = Pick<Observable<T>, "subscribe" | "getSnapshot">;

export class SkeinClient {
  /** The connection's state, for useSyncExternalStore. */
  readonly state: Watched<ConnectionState>;
  /** Whether the server can store anything, as it last said on this connection. */
  readonly database: Watched<DatabaseStatus>;
  /** Threads that are not archived. */
  readonly threads: ThreadListStore;
  /** Commands that are sent again until they are answered. */
  readonly outbox: Outbox;
  /** Answers to the server's requests that are not known to have counted. */
  readonly answers: Watched<GivenAnswers>;
  readonly #options: SkeinClientOptions;
  readonly #state: Observable<ConnectionState>;
  readonly #database: Observable<DatabaseStatus>;
  readonly #rpc: RpcClient;
  readonly #answers: Answers;
  readonly #connection: Connection;
  readonly #followed: FollowedThreads;
  readonly #listeners = new Set<(notification: ServerNotification) => void>();

  /** Begins to connect at once. */
  constructor(openSocket: OpenSocket, options: SkeinClientOptions) {
    const { schedule = frameScheduler, clock = systemClock } = options;
    this.#options = options;
    this.#state = new Observable<ConnectionState>({ type: "idle" }, schedule);
    this.state = this.#state;
    this.#database = new Observable(available, schedule);
    this.database = this.#database;
    this.#rpc = new RpcClient({
      send: (text) => this.#connection.send(text),
      onNotification: (notification) => this.#notified(notification),
      onServerRequest: (request) => this.#asked(request),
      clock,
    });
    this.#answers = new Answers((id, result) => this.#rpc.respond(id, result), schedule);
    this.answers = this.#answers.given;
    this.#connection = new Connection({
      openSocket,
      initialize: () => this.#initialize(),
      checkSocket: () => this.#checkSocket(),
      checkAccess: options.checkAccess ?? accessUnknown,
      onMessage: (text) => this.#rpc.receive(text),
      onState: (state, previous) => this.#stateChanged(state, previous),
      clock,
      surroundings: options.surroundings ?? systemSurroundings(),
    });
    this.#followed = new FollowedThreads({
      rpc: this.#rpc,
      clock,
      answer: (id, result) => this.#answers.give(id, result),
      onLoaded: (threadId) => this.outbox.reloaded(threadId),
      schedule,
      pageTurns: options.pageTurns ?? 20,
      isConnected: () => this.#connection.state.type === "live",
    });
    this.outbox = new Outbox({
      rpc: this.#rpc,
      clock,
      schedule,
      storage: options.outboxStorage ?? null,
      isWatched: (threadId) => this.#followed.isOpen(threadId),
    });
    this.threads = new ThreadListStore({
      rpc: this.#rpc,
      schedule,
      pageThreads: options.pageThreads ?? 50,
      archived: false,
    });
    this.#connection.start();
  }

  /** Resolves when the connection stands. Rejects with `Blocked` when it will not by itself, `ConnectionLost` when it was closed. */
  async ready(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      const { state } = this.#connection;
      if (state.type === "live") resolve();
      else if (this.#refusal !== null) reject(this.#refusal);
      else if (state.type === "closed") reject(new ConnectionLost());
    };
    const leave = this.state.subscribe(look);
    look();
    await promise.finally(leave);
  }

  /**
   * A command with a key is sent again until it is answered, over any number of connections. Anything else is sent once:
   * it rejects with `NotConnected` when it was not sent, and with `ConnectionLost` when nobody knows what became of it.
   * Either rejects with `RpcError` when the server refused, and with `Blocked` when it does not let this client in.
   */
  async request<M extends MethodName>(method: M, params: ParamsInput<M>): Promise<ResultOf<M>> {
    if (this.#refusal !== null) throw this.#refusal;
    return commandKeyOf(method, params) === null
      ? this.#rpc.request(method, params)
      : this.outbox.request(method, params);
  }

  /** Everything the server says outside of frames. */
  onNotification(listener: (notification: ServerNotification) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A thread for programs. */
  thread(threadId: string): ThreadHandle {
    return new ThreadHandle(threadId, {
      request: (method, params) => this.request(method, params),
      answer: (id, result) => this.#answers.give(id, result),
      stream: (id, options) => this.#stream(id, options),
    });
  }

  /** The store of a thread, for a screen; the same one for all who have it open. Each `openThread` wants one `closeThread`. */
  openThread(threadId: string): ThreadStore {
    return this.#followed.open(threadId);
  }

  /** The last to close a thread ends its subscription. */
  closeThread(threadId: string): void {
    this.#followed.close(threadId);
    if (!this.#followed.isOpen(threadId)) this.outbox.reloaded(threadId);
  }

  /** Do not wait for the next attempt to connect; also the way out of `blocked`. */
  retryNow(): void {
    this.#connection.retryNow();
  }

  /** Final. Whoever still waits for an answer hears `ConnectionLost`; streams end. */
  close(): void {
    this.#connection.close();
    this.outbox.close();
    this.#followed.end();
  }

  get #refusal(): Blocked | null {
    const { state } = this.#connection;
    return state.type === "blocked" ? new Blocked(state.reason, state.message) : null;
  }

  /** One that is asked for too late ends as those before it did. */
  #stream(threadId: string, options: EventsOptions): EventStream {
    const stream = this.#followed.stream(threadId, options);
    if (this.#refusal !== null) stream.fail(this.#refusal);
    else if (this.#connection.state.type === "closed") stream.end();
    return stream;
  }

  async #initialize(): Promise<void> {
    const { extensions } = await this.#rpc.request("initialize", {
      clientInfo: this.#options.clientInfo,
      capabilities: { experimentalApi: true, extensions: { [replayExtension]: {}, [presenceExtension]: {} } },
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
    if (previous.type === "live" || (previous.type === "initializing" && state.type !== "live")) this.#disconnected();
    if (state.type === "live") this.#connected();
    if (this.#refusal !== null) this.#blocked(this.#refusal);
  }

  /** Threads are followed again before anything is done in them. */
  #connected(): void {
    this.#followed.connected();
    this.outbox.connected();
    this.threads.connected();
  }

  #disconnected(): void {
    this.#rpc.connectionLost();
    this.#database.value = available;
    this.#answers.disconnected();
    this.#followed.disconnected();
    this.outbox.disconnected();
  }

  /** A program has nobody who could sign in again; what a person posted waits for that. */
  #blocked(error: Blocked): void {
    this.#followed.fail(error);
    this.outbox.fail(error);
  }

  #notified(notification: ServerNotification): void {
    switch (notification.method) {
      case "skein/server/status":
        this.#databaseChanged(notification.params.database);
        break;
      case "skein/thread/events":
        this.#framed(notification.params);
        return;
      case "skein/thread/presence":
        this.#followed.receiveNotification(notification);
        return;
      case "skein/thread/reset":
        this.#followed.receiveReset(notification.params.threadId);
        return;
      case "thread/status/changed":
      case "thread/deleted":
      case "skein/thread/access/changed":
        this.#followed.receiveNotification(notification);
        break;
    }
    this.threads.receiveNotification(notification);
    for (const listener of [...this.#listeners]) listener(notification);
  }

  #databaseChanged(status: DatabaseStatus): void {
    this.#database.value = status;
    if (status.state === "available") this.outbox.release();
    else this.outbox.hold();
  }

  #framed(frame: ThreadEvents): void {
    this.#followed.receiveFrame(frame);
    for (const event of frame.events) {
      // A follower hears of names and archiving in frames only; the list must hear of them too.
      this.threads.receiveNotification(event);
      if (event.method === "serverRequest/resolved") this.#answers.resolved(event.params.requestId);
      if (event.method === "item/started" && event.params.item.type === "userMessage") {
        const { clientId } = event.params.item;
        if (clientId !== null) this.outbox.shown(frame.threadId, clientId);
      }
    }
  }

  #asked(request: ServerRequest): void {
    this.#followed.receiveRequest(request);
    this.#answers.asked(request.id);
  }
}
