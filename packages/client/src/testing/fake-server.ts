/**
 * A server in memory that speaks the protocol's frames about one thread, whose log is given beforehand and committed bit
 * by bit. What it sends waits in the socket's outbox until the test delivers it, so that a cut can lose any part of it.
 */

import { encodeCursor, parseCursor } from "@skein/protocol/cursor";
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ThreadEvents } from "@skein/protocol/replay";
import type { ThreadEvent } from "@skein/timeline/event";
import { frameOf } from "@skein/timeline/frames";
import { presentApprovalServerRequest } from "@skein/timeline/present/approval";
import { compact, fold, threadId } from "@skein/timeline/testing/fold";
import type { Socket, SocketEvents } from "../connection/socket.ts";
import { threadResult, turnsPage } from "./fake-results.ts";

export interface ClientFrame {
  readonly id?: RequestId;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
}

class FakeSocket implements Socket {
  readonly events: SocketEvents;
  readonly outbox: string[] = [];
  readonly #server: FakeServer;
  isOpen = true;
  /** The seq up to which this connection has been sent the thread; null: not subscribed. */
  sentSeq: number | null = null;

  constructor(server: FakeServer, events: SocketEvents) {
    this.#server = server;
    this.events = events;
  }

  send(text: string): void {
    if (this.isOpen) this.#server.receive(this, JSON.parse(text));
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.events.closed(code, reason);
  }
}

export class FakeServer {
  /** Every frame that a client sent, in order. */
  readonly received: ClientFrame[] = [];
  /** A client further behind than this is told `reset`. */
  maxBehind = Number.POSITIVE_INFINITY;
  /** How many events a range frame holds at most. */
  maxFrameEvents = 50;
  /** What `initialize` grants. */
  extensions: Record<string, unknown> | undefined = { "skein/replay": {} };
  readonly #refusals = new Map<string, string>();
  readonly #results = new Map<string, object>();
  #log: readonly ThreadEvent[];
  #head: number;
  #socket: FakeSocket | null = null;
  #opening: FakeSocket | null = null;

  constructor(log: readonly ThreadEvent[], head = log.length) {
    this.#log = log;
    this.#head = head;
  }

  get head(): number {
    return this.#head;
  }

  readonly openSocket = (events: SocketEvents): Socket => {
    this.#opening = new FakeSocket(this, events);
    return this.#opening;
  };

  get isWaitingToOpen(): boolean {
    return this.#opening !== null;
  }

  accept(): void {
    const socket = this.#opening;
    this.#opening = null;
    if (socket === null || !socket.isOpen) return;
    this.#socket = socket;
    socket.events.opened();
  }

  /** Commits up to `seq` and sends what is new. */
  commit(seq: number): void {
    this.#head = Math.max(this.#head, Math.min(seq, this.#log.at(-1)?.seq ?? 0));
    const socket = this.#socket;
    if (socket !== null && socket.sentSeq !== null) this.#sendRange(socket, socket.sentSeq);
  }

  compact(chosen: (itemId: string) => boolean): void {
    this.#log = compact(this.#log, this.#head, chosen);
  }

  /** How many messages are on their way to the client. */
  get inFlight(): number {
    return this.#socket?.outbox.length ?? 0;
  }

  /** Delivers up to `count` messages. */
  deliver(count = Number.POSITIVE_INFINITY): void {
    for (let left = count; left > 0; left -= 1) {
      const text = this.#socket?.outbox.shift();
      if (text === undefined) return;
      this.#socket?.events.message(text);
    }
  }

  /** Loses the next message, or sends it twice, if it is a range frame. */
  disturb(how: "lose" | "double"): void {
    const [next] = this.#socket?.outbox ?? [];
    if (next === undefined || !next.includes("skein/thread/events")) return;
    if (how === "lose") this.#socket?.outbox.shift();
    else this.#socket?.outbox.unshift(next);
  }

  /** The network goes: what is on its way is lost. */
  cut(code = 1006, reason = ""): void {
    const socket = this.#socket ?? this.#opening;
    this.#socket = null;
    this.#opening = null;
    socket?.close(code, reason);
  }

  /** From now on this method is answered with an error. */
  refuse(method: string, message: string): void {
    this.#refusals.set(method, message);
  }

  /** From now on this method, which is none of those that it knows, is answered with a result. */
  grant(method: string, result: object): void {
    this.#results.set(method, result);
  }

  notify(method: string, params: unknown): void {
    this.#socket?.outbox.push(JSON.stringify({ method, params }));
  }

  receive(socket: FakeSocket, frame: ClientFrame): void {
    this.received.push(frame);
    if (frame.method === undefined || frame.id === undefined) return;
    const answer = this.#answer(frame.method, frame.params ?? {});
    socket.outbox.push(JSON.stringify({ id: frame.id, ...answer.body }));
    if (answer.from === undefined) return;
    this.#sendRange(socket, answer.from);
    this.#sendApprovals(socket);
  }

  #answer(method: string, params: Readonly<Record<string, unknown>>): { body: object; from?: number } {
    const refusal = this.#refusals.get(method);
    if (refusal !== undefined) return { body: { error: { code: -32600, message: refusal } } };
    switch (method) {
      case "initialize":
        return { body: { result: { extensions: this.extensions } } };
      case "thread/resume":
        return this.#resume(params);
      case "thread/turns/list": {
        const page = turnsPage(fold(this.#log, this.#head), params.cursor as string | null, params.limit as number);
        return { body: { result: { ...page, asOf: this.#head } } };
      }
      case "thread/list":
        return { body: { result: { data: [], nextCursor: null, backwardsCursor: null } } };
      default:
        if (this.#results.has(method)) return { body: { result: this.#results.get(method) } };
        return { body: { error: { code: -32600, message: `no ${method} here`, data: { kind: "unsupported" } } } };
    }
  }

  #resume(params: Readonly<Record<string, unknown>>): { body: object; from: number } {
    const asked = (params.replay as { cursor: string | null }).cursor;
    const parsed = parseCursor(asked ?? "");
    const seq = parsed.ok ? parsed.cursor.seq : null;
    const continues = seq !== null && seq <= this.#head && this.#head - seq <= this.maxBehind;
    const from = continues ? seq : this.#head;
    const cursor = encodeCursor({ incarnation: "db", logEpoch: 1, seq: from });
    const initial = params.initialTurnsPage as { limit: number } | undefined;
    const whole = fold(this.#log, this.#head);
    const result = {
      ...threadResult(whole),
      initialTurnsPage: initial === undefined ? null : turnsPage(whole, null, initial.limit),
      replay: continues
        ? { verdict: "continue", cursor, from }
        : { verdict: "reset", reason: "noCursor", cursor, from },
      asOf: this.#head,
      ...(continues ? {} : { pendingApprovals: whole.pendingApprovals }),
    };
    return { body: { result }, from };
  }

  #sendRange(socket: FakeSocket, after: number): void {
    let from = after;
    while (from < this.#head) {
      const to = Math.min(from + this.maxFrameEvents, this.#head);
      const events = this.#log.filter(({ seq }) => seq > from && seq <= to);
      const cursor = encodeCursor({ incarnation: "db", logEpoch: 1, seq: to });
      const params: ThreadEvents = frameOf(threadId, { from, to, events, cursor, upToDate: to === this.#head });
      socket.outbox.push(JSON.stringify({ method: "skein/thread/events", params }));
      from = to;
    }
    socket.sentSeq = from;
  }

  /** As after every resume: what waits for an answer is asked again. */
  #sendApprovals(socket: FakeSocket): void {
    const pending = new Set(fold(this.#log, this.#head).pendingApprovals.map(({ approvalId }) => approvalId));
    for (const event of this.#log) {
      if (event.type !== "approval.requested" || !pending.has(event.approvalId)) continue;
      socket.outbox.push(JSON.stringify(presentApprovalServerRequest(threadId, event)));
    }
  }
}
