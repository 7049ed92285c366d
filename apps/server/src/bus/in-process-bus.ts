/** The bus of nodes in one process: of a single node, to whom nobody listens, and of several in tests. */
import { type Bus, type BusReply, type BusState, maxPayloadBytes, type Unsubscribe } from "./bus.ts";

type Listener = (payload: Uint8Array) => void;
type Answerer = (payload: Uint8Array) => Promise<Uint8Array>;

export class InProcessHub {
  readonly #members = new Set<InProcessBus>();

  join(): Bus {
    const member: InProcessBus = new InProcessBus(
      () => [...this.#members].filter((other) => other !== member),
      () => this.#members.delete(member),
    );
    this.#members.add(member);
    return member;
  }
}

/** The bus of a node that has no others. */
export function busOfOneNode(): Bus {
  return new InProcessHub().join();
}

class InProcessBus implements Bus {
  readonly #others: () => readonly InProcessBus[];
  readonly #leave: () => void;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #answerers = new Map<string, Answerer>();

  constructor(others: () => readonly InProcessBus[], leave: () => void) {
    this.#others = others;
    this.#leave = leave;
  }

  get state(): BusState {
    return { type: this.#others().length === 0 ? "alone" : "connected" };
  }

  publish(subject: string, encode: () => Uint8Array): void {
    const hearers = this.#others().filter((other) => other.#listeners.has(subject));
    if (hearers.length === 0) return;
    const payload = encode();
    // As from a network: never within the call that publishes.
    setImmediate(() => {
      for (const hearer of hearers) hearer.#hear(subject, payload);
    });
  }

  subscribe(subject: string, listener: Listener): Unsubscribe {
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(subject) === listeners) this.#listeners.delete(subject);
    };
  }

  async request(subject: string, payload: Uint8Array, timeoutMs: number): Promise<BusReply> {
    const answerer = this.#others()
      .map((other) => other.#answerers.get(subject))
      .find((candidate) => candidate !== undefined);
    if (answerer === undefined) return { type: "nobody" };
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ type: "silence" }), timeoutMs);
      setImmediate(() => {
        answerer(payload).then(
          (reply) => {
            if (reply.length > maxPayloadBytes) return;
            clearTimeout(timer);
            resolve({ type: "reply", payload: reply });
          },
          () => {},
        );
      });
    });
  }

  answer(subject: string, handler: Answerer): Unsubscribe {
    this.#answerers.set(subject, handler);
    return () => this.#answerers.delete(subject);
  }

  async close(): Promise<void> {
    this.#leave();
    this.#listeners.clear();
    this.#answerers.clear();
  }

  #hear(subject: string, payload: Uint8Array): void {
    for (const listener of this.#listeners.get(subject) ?? []) listener(payload);
  }
}
