/**
 * Answers to requests of the server's. An answer has no answer of its own, so it is kept until the thread's events say
 * that the request is resolved, and given again whenever the server asks again, as it does after a reconnect. The first
 * answer of anyone counts, so that giving one twice does no harm.
 */
import type { RequestId } from "@skein/protocol/json-rpc";
import { Observable } from "../observable.ts";
import type { Scheduler } from "../scheduler.ts";

export type GivenAnswers = ReadonlyMap<RequestId, unknown>;

export class Answers {
  readonly #respond: (id: RequestId, result: unknown) => void;
  readonly #given: Observable<GivenAnswers>;
  /** Over this connection. */
  readonly #asked = new Set<RequestId>();

  /** `respond` sends; it is called only while the connection over which was asked stands. */
  constructor(respond: (id: RequestId, result: unknown) => void, schedule: Scheduler) {
    this.#respond = respond;
    this.#given = new Observable<GivenAnswers>(new Map(), schedule);
  }

  /** What was answered and is not known to be resolved, by the request's id. */
  get given(): Pick<Observable<GivenAnswers>, "subscribe" | "getSnapshot"> {
    return this.#given;
  }

  give(id: RequestId, result: unknown): void {
    this.#given.value = new Map(this.#given.value).set(id, result);
    if (this.#asked.has(id)) this.#respond(id, result);
  }

  asked(id: RequestId): void {
    this.#asked.add(id);
    if (this.#given.value.has(id)) this.#respond(id, this.#given.value.get(id));
  }

  resolved(id: RequestId): void {
    this.#asked.delete(id);
    if (!this.#given.value.has(id)) return;
    const given = new Map(this.#given.value);
    given.delete(id);
    this.#given.value = given;
  }

  disconnected(): void {
    this.#asked.clear();
  }
}
