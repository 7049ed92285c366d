/**
 * A client that sends what a test says and keeps every frame that it gets. The official schema judges each of them; what
 * it complains of comes out when the test is over.
 */
import type { WebSocket } from "ws";
import { loadOfficialSchema } from "../../../../e2e/conformance/official-schema.ts";
import {
  type Answer,
  isAnswer,
  isNotification,
  isServerRequest,
  type Notification,
  type ServerFrame,
  type ServerRequest,
} from "./frame.ts";

const official = await loadOfficialSchema();

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Far beyond what anything takes; a test that waits longer says what it has seen. */
const maxWaitMs = 30_000;

interface Waiter {
  readonly matches: (frame: ServerFrame) => boolean;
  readonly resolve: (frame: ServerFrame) => void;
  readonly reject: (error: Error) => void;
}

/** A request that was refused. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: number;
  readonly data: unknown;

  constructor({ code, message, data }: NonNullable<Answer["error"]>) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export class TestClient {
  /** Every frame so far, in the order in which they came. */
  readonly frames: ServerFrame[] = [];
  /** What the official schema says against them. */
  readonly complaints: string[] = [];
  readonly closed: Promise<Closed>;
  readonly socket: WebSocket;
  readonly #asked = new Map<string | number, string>();
  readonly #waiters = new Set<Waiter>();
  #read = 0;
  #ids = 0;
  #isClosed = false;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data, isBinary) => this.#receive(isBinary ? "" : data.toString()));
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => {
        this.#isClosed = true;
        for (const waiter of this.#waiters) waiter.reject(new Error(`closed with ${code} ${reason}`));
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** The result. Rejects with `Refused`. */
  async request(method: string, params?: unknown): Promise<NonNullable<Answer["result"]>> {
    const { result, error } = await this.ask(method, params);
    if (error !== undefined) throw new Refused(error);
    return result;
  }

  /** The whole answer, be it a refusal. */
  async ask(method: string, params?: unknown): Promise<Answer> {
    const id = ++this.#ids;
    this.#asked.set(id, method);
    const answered = this.#first((frame) => isAnswer(frame) && frame.id === id, 0);
    this.send({ id, method, ...(params === undefined ? {} : { params }) });
    return (await answered) as Answer;
  }

  /** A frame, or bytes as they are. */
  send(frame: object | string): void {
    this.socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** The next frame that matches, after the one that was given last; what lies between is passed over. */
  async next(matches: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    const frame = await this.#first(matches, this.#read);
    this.#read = this.frames.indexOf(frame) + 1;
    return frame;
  }

  /** The next notification of this name, as `next` has it. */
  async notified(method: string, matches: (params: Notification["params"]) => boolean = () => true) {
    const frame = await this.next((candidate) => isNotification(candidate, method) && matches(candidate.params));
    return (frame as Notification).params;
  }

  /** The next request of the server's, as `next` has it. */
  async asked(method = "item/commandExecution/requestApproval"): Promise<ServerRequest> {
    return (await this.next((frame) => isServerRequest(frame, method))) as ServerRequest;
  }

  notifications(method?: string): readonly Notification[] {
    return this.frames.filter((frame) => isNotification(frame, method)) as Notification[];
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #first(matches: (frame: ServerFrame) => boolean, from: number): Promise<ServerFrame> {
    const found = this.frames.slice(from).find(matches);
    if (found !== undefined) return Promise.resolve(found);
    if (this.#isClosed) return Promise.reject(new Error("the connection is closed"));
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error(`never came; the last were ${this.#lastFrames()}`)), maxWaitMs);
      this.#waiters.add({
        matches,
        resolve: (frame) => {
          clearTimeout(tooLate);
          resolve(frame);
        },
        reject: (error) => {
          clearTimeout(tooLate);
          reject(error);
        },
      });
    });
  }

  #lastFrames(): string {
    return this.frames
      .slice(-12)
      .map((frame) => JSON.stringify(frame).slice(0, 200))
      .join("\n");
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as ServerFrame;
    this.frames.push(frame);
    const requestMethod = isAnswer(frame) && frame.id !== null ? this.#asked.get(frame.id) : undefined;
    this.complaints.push(...official.validateServerFrame(frame, requestMethod === undefined ? {} : { requestMethod }));
    for (const waiter of this.#waiters) {
      if (!waiter.matches(frame)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(frame);
    }
  }
}
