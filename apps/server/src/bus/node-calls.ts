/**
 * Calls from node to node. A call has an id, and is carried out once by a node however often it is sent there: a caller
 * that hears nothing sends it again, and gets the reply that was lost. Long calls travel in parts.
 */
import { type Bus, type BusReply, maxPayloadBytes, type Unsubscribe } from "./bus.ts";
import type { Subjects } from "./subjects.ts";

/** Carries a call out and gives the reply. */
type Handle = (body: Uint8Array) => Promise<Uint8Array>;

interface Part {
  readonly id: string;
  readonly index: number;
  readonly count: number;
}

/** What was answered stays so long for a caller whose reply was lost. */
const keepAnswersMs = 60_000;
const maxKeptAnswers = 10_000;
/** Callers that died in the middle of a long call leave parts behind. */
const maxUnfinishedCalls = 100;
const maxPartBytes = maxPayloadBytes - 1024;
const lineFeed = 0x0a;
/** The reply to a call of which parts are missing. */
const incomplete = new Uint8Array();

export class NodeCalls {
  readonly #bus: Bus;
  readonly #subjects: Pick<Subjects, "node">;
  readonly #nodeId: string;
  #leave: Unsubscribe = () => {};
  readonly #answers = new Map<string, Promise<Uint8Array>>();
  readonly #forgetting = new Set<NodeJS.Timeout>();
  readonly #unfinished = new Map<string, Map<number, Uint8Array>>();

  constructor(bus: Bus, subjects: Pick<Subjects, "node">, nodeId: string) {
    this.#bus = bus;
    this.#subjects = subjects;
    this.#nodeId = nodeId;
  }

  /** From now on calls to this node are heard, and carried out by `handle`. */
  answerBy(handle: Handle): void {
    this.#leave = this.#bus.answer(this.#subjects.node(this.#nodeId), (payload) => this.#answer(payload, handle));
  }

  /** One attempt. To try again call with the same id. */
  async call(nodeId: string, id: string, body: Uint8Array, timeoutMs: number): Promise<BusReply> {
    const subject = this.#subjects.node(nodeId);
    const count = Math.max(1, Math.ceil(body.length / maxPartBytes));
    const part = (index: number) => {
      const bytes = body.subarray(index * maxPartBytes, (index + 1) * maxPartBytes);
      return Buffer.concat([Buffer.from(`${JSON.stringify({ id, index, count } satisfies Part)}\n`), bytes]);
    };
    // All but the last need no reply of their own, yet each must have arrived before the last counts.
    for (let index = 0; index < count - 1; index++) {
      const reply = await this.#bus.request(subject, part(index), timeoutMs);
      if (reply.type !== "reply") return reply;
    }
    const reply = await this.#bus.request(subject, part(count - 1), timeoutMs);
    return reply.type === "reply" && reply.payload.length === 0 ? { type: "silence" } : reply;
  }

  stop(): void {
    this.#leave();
    for (const timer of this.#forgetting) clearTimeout(timer);
  }

  async #answer(payload: Uint8Array, handle: Handle): Promise<Uint8Array> {
    const end = payload.indexOf(lineFeed);
    const { id, index, count } = JSON.parse(Buffer.from(payload.subarray(0, end)).toString()) as Part;
    const known = this.#answers.get(id);
    if (known !== undefined) return known;
    const body = this.#assemble({ id, index, count }, payload.subarray(end + 1));
    if (body === null) return incomplete;
    const answer = handle(body);
    this.#keep(id, answer);
    return answer;
  }

  /** null: parts are missing. */
  #assemble({ id, index, count }: Part, bytes: Uint8Array): Uint8Array | null {
    if (count === 1) return bytes;
    const parts = this.#unfinished.get(id) ?? new Map<number, Uint8Array>();
    this.#unfinished.set(id, parts.set(index, bytes));
    if (parts.size < count) {
      const [oldest] = this.#unfinished.keys();
      if (this.#unfinished.size > maxUnfinishedCalls && oldest !== undefined) this.#unfinished.delete(oldest);
      return null;
    }
    this.#unfinished.delete(id);
    return Buffer.concat(Array.from({ length: count }, (_, place) => parts.get(place) ?? new Uint8Array()));
  }

  #keep(id: string, answer: Promise<Uint8Array>): void {
    this.#answers.set(id, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > maxKeptAnswers && oldest !== undefined) this.#answers.delete(oldest);
    const forget = () => {
      const timer = setTimeout(() => {
        this.#forgetting.delete(timer);
        this.#answers.delete(id);
      }, keepAnswersMs);
      timer.unref();
      this.#forgetting.add(timer);
    };
    answer.then(forget, forget);
  }
}
