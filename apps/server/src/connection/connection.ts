/**
 * One open socket and the principal it acts for. The tenant was decided at the upgrade and never changes.
 *
 * Everything the client is sent goes through one ordered queue, the socket's own; before an answer or a request of the
 * server's goes out, the events that were committed before it are flushed. What the socket has not taken yet is bounded
 * in bytes: a client that does not read is closed with a code that lets it come back by its cursor.
 */
import { type CloseCode, closeCodes } from "@skein/protocol/close-codes";
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ApprovalServerRequest } from "@skein/timeline/present/approval";
import type { WebSocket } from "ws";
import type { Principal } from "../identity/principal.ts";
import type { ClientConnection, ClientIdentity } from "../methods/client-connection.ts";
import { type Encoding, encodeNotification, encodingOf } from "../subscription/encode.ts";
import type { Subscription } from "../subscription/subscription.ts";
import type { Listener, Subscriptions } from "../subscription/subscriptions.ts";

/** A request of the server's that waits for this client's answer. */
export interface PendingServerRequest {
  readonly threadId: string;
  readonly approvalId: string;
}

/** `isAsked`: since the client last read the thread. */
type ServerRequestState = PendingServerRequest & { isAsked: boolean };

const maxBufferedBytes = 8 * 1024 * 1024;

export class Connection implements ClientConnection, Listener {
  readonly principal: Principal;
  readonly #socket: WebSocket;
  readonly #subscriptions: Subscriptions;
  readonly #followed = new Map<string, Subscription>();
  readonly #serverRequests = new Map<RequestId, ServerRequestState>();
  #client: ClientIdentity | null = null;
  #encoding: Encoding = encodingOf(false, []);
  #closed = false;

  constructor(socket: WebSocket, principal: Principal, subscriptions: Subscriptions) {
    this.#socket = socket;
    this.principal = principal;
    this.#subscriptions = subscriptions;
  }

  get tenantId(): string {
    return this.principal.tenantId;
  }

  get encoding(): Encoding {
    return this.#encoding;
  }

  /** null before `initialize`. */
  get client(): ClientIdentity | null {
    return this.#client;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  initialize(client: ClientIdentity, replay: boolean, optedOut: readonly string[]): void {
    this.#client = client;
    this.#encoding = encodingOf(replay, optedOut);
    this.#subscriptions.listen(this);
  }

  isSubscribedTo(threadId: string): boolean {
    return this.#followed.has(threadId);
  }

  /** The subscription starts held; one that this connection has already is held and given back. */
  follow(threadId: string): Subscription {
    const known = this.#followed.get(threadId);
    if (known !== undefined) {
      known.hold();
      if (this.#encoding.replay) this.#forgetAsking(threadId);
      return known;
    }
    const subscription = this.#subscriptions.subscribe({ tenantId: this.tenantId, threadId }, this.#encoding, this);
    this.#followed.set(threadId, subscription);
    return subscription;
  }

  /**
   * A client that reads a thread anew may never have looked at what it was asked: it follows the threads that it starts
   * before it shows them. With replay it knows a question that it has by its id.
   */
  #forgetAsking(threadId: string): void {
    for (const request of this.#serverRequests.values()) if (request.threadId === threadId) request.isAsked = false;
  }

  subscriptionTo(threadId: string): Subscription | undefined {
    return this.#followed.get(threadId);
  }

  /** False: it did not follow that thread. */
  unfollow(threadId: string): boolean {
    const subscription = this.#followed.get(threadId);
    if (subscription === undefined) return false;
    this.#followed.delete(threadId);
    for (const [id, request] of this.#serverRequests) {
      if (request.threadId === threadId) this.#serverRequests.delete(id);
    }
    this.#subscriptions.unsubscribe({ tenantId: this.tenantId, threadId }, subscription);
    return true;
  }

  readonly isFull = false;

  send(messages: readonly Buffer[]): void {
    if (this.#closed) return;
    // Looked at before sending: one large page is no sign of a reader that has stopped.
    if (this.#socket.bufferedAmount > maxBufferedBytes) {
      this.close(closeCodes.slowReader);
      return;
    }
    for (const frame of messages) this.#socket.send(frame, { binary: false });
  }

  offer(message: Buffer): void {
    this.send([message]);
  }

  advanced(): void {}

  notify(method: string, params: unknown): void {
    if (this.#encoding.optedOut.has(method)) return;
    this.send([encodeNotification(method, params, Date.now())]);
  }

  /** An answer; what was committed before it goes out before it. */
  respond(response: object): void {
    this.#flush();
    this.send([Buffer.from(JSON.stringify(response))]);
  }

  /** What was committed before the request goes out before it. */
  ask(threadId: string, approvalId: string, { id, method, params }: ApprovalServerRequest): void {
    if (this.#closed || this.#serverRequests.get(id)?.isAsked) return;
    this.#serverRequests.set(id, { threadId, approvalId, isAsked: true });
    this.#flush();
    this.send([Buffer.from(JSON.stringify({ id, method, params }))]);
  }

  pendingRequest(id: RequestId): PendingServerRequest | undefined {
    return this.#serverRequests.get(id);
  }

  settle(id: RequestId): void {
    this.#serverRequests.delete(id);
  }

  close({ code, reason }: CloseCode): void {
    if (this.#closed) return;
    this.ended();
    this.#socket.close(code, reason);
  }

  /** The socket is gone, or about to be. */
  ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const threadId of [...this.#followed.keys()]) this.unfollow(threadId);
    this.#subscriptions.unlisten(this);
  }

  #flush(): void {
    for (const threadId of this.#followed.keys()) this.#subscriptions.flush(threadId);
  }
}
