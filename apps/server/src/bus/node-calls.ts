/**
 * Calls from node to node. A call has an id, and is carried out once by a node however often it is sent there: a caller
 * that hears nothing sends it again, and gets the reply that was lost. Long calls travel in parts, and long replies are
 * fetched in parts.
 */
import { type Bus, type BusReply, maxPayloadBytes, type Unsubscribe } from "./bus.ts";
import type { Subjects } from "./subjects.ts";

/** Carries a call out and gives the reply: text, and not none. */
type Handle = (body: Uint8Array) => Promise<Uint8Array>;

interface Part {
  readonly id: string;
  readonly index: number;
  readonly count: number;
  /** Asks for this part of the reply, and brings nothing of the call. */
  readonly ofReply?: number;
}

/** What was answered stays so long for a caller whose reply was lost. */
const keepAnswersMs = 60_000;
const maxKeptAnswers = 10_000;
/** Of the long ones. A caller whose reply has gone calls again. */
const maxKeptLongBytes = 64 * 1024 * 1024;
/** Callers that died in the middle of a long call leave parts behind. */
const maxUnfinishedCalls = 100;
const maxPartBytes = maxPayloadBytes - 1024;
const lineFeed = 0x0a;
/** The reply to a call of which parts are missing, or whose reply is not here any more. */
const incomplete = new Uint8Array();
/** Begins, as no text does, what is said in place of a long reply; the number of its parts follows. */
const long = 0x00;

export class NodeCalls {
  readonly #bus: Bus;
  readonly #subjects: Pick<Subjects, "node">;
  readonly #nodeId: string;
  #leave: Unsubscribe = () => {};
  readonly #answers = new Map<string, Promise<Uint8Array>>();
  /** The lengths of those that are long, oldest first. */
  readonly #longAnswers = new Map<string, number>();
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
      return Buffer.concat([headOf({ id, index, count }), partAt(body, index)]);
    };
    // All but the last need no reply of their own, yet each must have arrived before the last counts.
    for (let index = 0; index < count - 1; index++) {
      const reply = await this.#bus.request(subject, part(index), timeoutMs);
      if (reply.type !== "reply") return reply;
    }
    const reply = await this.#bus.request(subject, part(count - 1), timeoutMs);
    if (reply.type !== "reply") return reply;
    if (reply.payload.length === 0) return { type: "silence" };
    return reply.payload[0] === long ? this.#fetch(subject, id, partsOf(reply.payload), timeoutMs) : reply;
  }

  /** A long reply. The call has been carried out, so nobody who hears of a part no more may say that it was not. */
  async #fetch(subject: string, id: string, count: number, timeoutMs: number): Promise<BusReply> {
    const parts: Uint8Array[] = [];
    for (let ofReply = 0; ofReply < count; ofReply++) {
      const reply = await this.#bus.request(subject, headOf({ id, index: 0, count: 1, ofReply }), timeoutMs);
      if (reply.type !== "reply" || reply.payload.length === 0) return { type: "silence" };
      parts.push(reply.payload);
    }
    return { type: "reply", payload: Buffer.concat(parts) };
  }

  stop(): void {
    this.#leave();
    for (const timer of this.#forgetting) clearTimeout(timer);
  }

  async #answer(payload: Uint8Array, handle: Handle): Promise<Uint8Array> {
    const end = payload.indexOf(lineFeed);
    const { id, index, count, ofReply } = JSON.parse(Buffer.from(payload.subarray(0, end)).toString()) as Part;
    const known = this.#answers.get(id);
    if (ofReply !== undefined) return known === undefined ? incomplete : partAt(await known, ofReply);
    if (known !== undefined) return replyOf(await known);
    const body = this.#assemble({ id, index, count }, payload.subarray(end + 1));
    if (body === null) return incomplete;
    const answer = handle(body);
    this.#keep(id, answer);
    return replyOf(await answer);
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
    if (this.#answers.size > maxKeptAnswers && oldest !== undefined) this.#forget(oldest);
    const forget = () => {
      const timer = setTimeout(() => {
        this.#forgetting.delete(timer);
        this.#forget(id);
      }, keepAnswersMs);
      timer.unref();
      this.#forgetting.add(timer);
    };
    answer.then((reply) => this.#keepLong(id, reply.length)).then(forget, forget);
  }

  #keepLong(id: string, length: number): void {
    if (length <= maxPartBytes) return;
    this.#longAnswers.set(id, length);
    let bytes = [...this.#longAnswers.values()].reduce((sum, each) => sum + each, 0);
    for (const [oldest, each] of this.#longAnswers) {
      if (bytes <= maxKeptLongBytes || oldest === id) return;
      bytes -= each;
      this.#forget(oldest);
    }
  }

  #forget(id: string): void {
    this.#answers.delete(id);
    this.#longAnswers.delete(id);
  }
}

function headOf(part: Part): Buffer {
  return Buffer.from(`${JSON.stringify(part)}\n`);
}

/** The reply itself, or what stands for one that is too long for a message. */
function replyOf(reply: Uint8Array): Uint8Array {
  const count = Math.ceil(reply.length / maxPartBytes);
  return count <= 1 ? reply : Buffer.concat([Buffer.of(long), Buffer.from(String(count))]);
}

function partsOf(standIn: Uint8Array): number {
  return Number(Buffer.from(standIn.subarray(1)).toString());
}

function partAt(reply: Uint8Array, index: number): Uint8Array {
  return reply.subarray(index * maxPartBytes, (index + 1) * maxPartBytes);
}
