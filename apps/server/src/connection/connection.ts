/**
 * One open socket and the principal it acts for. The tenant was decided at the upgrade and never changes.
 *
 * Everything the client is sent goes through one ordered queue. An answer goes out behind the events that were published
 * before it, of every thread that the client follows; where a subscription is still on its way to them, the answer waits.
 */
import { type CloseCode, closeCodes } from "@skein/protocol/close-codes";
import type { RequestId } from "@skein/protocol/json-rpc";
import type { Right } from "@skein/protocol/right";
import type { ApprovalServerRequest } from "@skein/timeline/present/approval";
import type { WebSocket } from "ws";
import { type Origin, unknownOrigin } from "../audit/actor.ts";
import { decideThreadRights, mayInTenant } from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import type { ClientConnection, ClientIdentity, Granted } from "../methods/client-connection.ts";
import type { Presences } from "../presence/presences.ts";
import type { Watcher } from "../presence/watcher.ts";
import { type Audience, type Encoding, encodeNotification, encodingOf, hears } from "../subscription/encode.ts";
import type { Subscription } from "../subscription/subscription.ts";
import type { Listener, Subscriptions } from "../subscription/subscriptions.ts";
import { textFrame } from "../subscription/text-frame.ts";
import type { ViewTerms } from "../subscription/view-terms.ts";
import type { Peer } from "./heartbeat.ts";
import { Outbound, type OutboundOwner, type Wire } from "./outbound.ts";

/** A request of the server's that waits for an answer. `isAsked`: since the client last read the thread. */
interface ServerRequestState {
  readonly threadId: string;
  isAsked: boolean;
}

interface Followed {
  readonly subscription: Subscription;
  /** Of what a viewer is shown; null: a member's. */
  readonly termsKey: string | null;
  /** The principal's, on this thread. */
  rights: ReadonlySet<Right>;
}

/** Of requests that were decided lately it is remembered, so that nobody is asked who reads a little behind. */
const maxSettled = 256;

export class Connection implements ClientConnection, Listener, Watcher, OutboundOwner, Peer {
  readonly principal: Principal;
  readonly origin: Origin;
  readonly #socket: WebSocket;
  readonly #outbound: Outbound;
  readonly #subscriptions: Subscriptions;
  readonly #presences: Presences;
  readonly #followed = new Map<string, Followed>();
  readonly #serverRequests = new Map<RequestId, ServerRequestState>();
  readonly #settled = new Set<RequestId>();
  #client: ClientIdentity | null = null;
  #encoding: Encoding = encodingOf(false, []);
  readonly #gone = new AbortController();
  readonly #waitingForRoom: (() => void)[] = [];
  #isTold = false;

  constructor(
    socket: WebSocket,
    wire: Wire,
    principal: Principal,
    subscriptions: Subscriptions,
    presences: Presences,
    origin: Origin = unknownOrigin,
  ) {
    this.#socket = socket;
    this.#outbound = new Outbound(wire, this);
    this.principal = principal;
    this.origin = origin;
    this.#subscriptions = subscriptions;
    this.#presences = presences;
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
    return this.#gone.signal.aborted;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  async untilRoom(): Promise<void> {
    while (this.isFull && !this.isClosed) await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
  }

  initialize(client: ClientIdentity, { replay, presence }: Granted, optedOut: readonly string[]): void {
    this.#client = client;
    this.#encoding = encodingOf(replay, optedOut, audienceOf(this.principal));
    this.#isTold = presence;
    // A viewer hears of one thread, and of that only by following it.
    if (this.#encoding.audience === "member") this.#subscriptions.listen(this);
  }

  get hearsPresence(): boolean {
    return this.#isTold && hears(this.#encoding, "skein/thread/presence");
  }

  get userId(): string {
    return this.principal.userId;
  }

  mayRead(createdBy: string | null, isGuest: boolean): boolean {
    return decideThreadRights(this.principal, { createdBy, granted: isGuest ? ["read"] : [] }).has("read");
  }

  /** The threads that it follows, and what it may do there. */
  get followed(): Iterable<readonly [threadId: string, rights: ReadonlySet<Right>]> {
    // What a viewer sees is the link's to say, and ends with it.
    if (this.#encoding.audience === "viewer") return [];
    return [...this.#followed].map(([threadId, { rights }]) => [threadId, rights] as const);
  }

  get mayLook(): boolean {
    return mayInTenant(this.principal, "look");
  }

  isSubscribedTo(threadId: string): boolean {
    return this.#followed.has(threadId);
  }

  /** The subscription starts held; one that this connection has already, by the same terms, is held and given back. */
  follow(threadId: string, rights: ReadonlySet<Right>, terms: ViewTerms | null = null): Subscription {
    const termsKey = terms?.key ?? null;
    const known = this.#followed.get(threadId);
    if (known !== undefined && (known.termsKey !== termsKey || known.subscription.isOver)) {
      this.unfollow(threadId);
    } else if (known !== undefined) {
      known.rights = rights;
      known.subscription.hold();
      if (this.#encoding.replay) this.#forgetAsking(threadId);
      return known.subscription;
    }
    const isView = terms !== null;
    if (isView !== (this.#encoding.audience === "viewer"))
      throw new Error("viewers follow by their terms, and nobody else");
    const thread = { tenantId: this.tenantId, threadId };
    const subscription = this.#subscriptions.subscribe(thread, this.#encoding, this, terms);
    this.#followed.set(threadId, { subscription, rights, termsKey });
    // The client left while its request was under way; nobody would end the subscription any more.
    if (this.isClosed) this.unfollow(threadId);
    return subscription;
  }

  /**
   * A client that reads a thread anew may never have looked at what it was asked: it follows the threads that it starts
   * before it shows them. With replay it knows a question that it has by its id.
   */
  #forgetAsking(threadId: string): void {
    for (const request of this.#serverRequests.values()) if (request.threadId === threadId) request.isAsked = false;
  }

  watch(threadId: string): void {
    if (this.#followed.has(threadId)) this.#presences.arrived({ tenantId: this.tenantId, threadId }, this);
  }

  types(threadId: string, typing: boolean): void {
    this.#presences.types({ tenantId: this.tenantId, threadId }, this, typing);
  }

  subscriptionTo(threadId: string): Subscription | undefined {
    return this.#followed.get(threadId)?.subscription;
  }

  /** The principal has these on the thread now; they include reading it. */
  changeRights(threadId: string, rights: ReadonlySet<Right>): void {
    const followed = this.#followed.get(threadId);
    if (followed !== undefined) followed.rights = rights;
    if (this.#encoding.replay) this.notify("skein/thread/access/changed", { threadId, rights: [...rights] });
  }

  /** The principal may not read the thread any more: it looks deleted, and nothing more of it is sent. */
  withdraw(threadId: string): void {
    this.unfollow(threadId);
    if (this.#client !== null) this.notify("thread/deleted", { threadId });
  }

  /** False: it did not follow that thread. */
  unfollow(threadId: string): boolean {
    const followed = this.#followed.get(threadId);
    if (followed === undefined) return false;
    this.#followed.delete(threadId);
    this.#presences.left({ tenantId: this.tenantId, threadId }, this);
    for (const [id, request] of this.#serverRequests) {
      if (request.threadId === threadId) this.#serverRequests.delete(id);
    }
    this.#subscriptions.unsubscribe({ tenantId: this.tenantId, threadId }, followed.subscription);
    return true;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get isFull(): boolean {
    return this.#outbound.isFull;
  }

  send(messages: readonly Buffer[]): void {
    this.#outbound.write(messages);
  }

  offer(about: string, notice: Buffer): void {
    this.#outbound.offer(about, notice);
  }

  advanced(): void {
    this.#outbound.release();
  }

  drained(): void {
    for (const { subscription } of this.#followed.values()) subscription.goOn();
    for (const resolve of this.#waitingForRoom.splice(0)) resolve();
  }

  notify(method: string, params: unknown): void {
    if (!hears(this.#encoding, method)) return;
    this.send([encodeNotification(method, params, Date.now())]);
  }

  /** An answer; what was published before it goes out before it. null: it has gone out; else resolves when it has. */
  respond(response: object): Promise<void> | null {
    this.#flush();
    const behind = [...this.#followed.values()]
      .map(({ subscription }) => subscription)
      .filter(({ isBehind }) => isBehind);
    const passed = behind.map((subscription) => subscription.untilPublished());
    return this.#outbound.answer(textFrame(JSON.stringify(response)), () => passed.every((isPassed) => isPassed()));
  }

  /** What was committed before the request goes out before it. */
  ask(threadId: string, { id, method, params }: ApprovalServerRequest): void {
    if (this.isClosed || this.#settled.has(id) || this.#serverRequests.get(id)?.isAsked) return;
    // Who may not approve is not asked, and sees from the events that others are.
    if (this.#followed.get(threadId)?.rights.has("approve") !== true) return;
    this.#serverRequests.set(id, { threadId, isAsked: true });
    this.#flush();
    this.send([textFrame(JSON.stringify({ id, method, params }))]);
  }

  settle(id: RequestId): void {
    this.#serverRequests.delete(id);
    this.#settled.add(id);
    const [oldest] = this.#settled;
    if (this.#settled.size > maxSettled && oldest !== undefined) this.#settled.delete(oldest);
  }

  lost(): void {
    this.close(closeCodes.heartbeatLost);
  }

  close({ code, reason }: CloseCode): void {
    if (this.isClosed) return;
    this.ended();
    this.#socket.close(code, reason);
  }

  /** The socket is gone, or about to be. */
  ended(): void {
    if (this.isClosed) return;
    this.#gone.abort();
    this.#outbound.close();
    for (const resolve of this.#waitingForRoom.splice(0)) resolve();
    for (const threadId of [...this.#followed.keys()]) this.unfollow(threadId);
    this.#subscriptions.unlisten(this);
  }

  #flush(): void {
    for (const threadId of this.#followed.keys()) this.#subscriptions.flush(threadId);
  }
}

function audienceOf({ via }: Principal): Audience {
  return via.type === "shareLink" ? "viewer" : "member";
}
