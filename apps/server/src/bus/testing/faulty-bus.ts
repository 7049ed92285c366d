/** A bus that loses, doubles and delays what is said on it, by lot. */
import type { Bus } from "../bus.ts";

export interface Faults {
  /** Of messages and of requests, each as a share of 1. */
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
}

const maxDelayMs = 30;

/** `random`: in [0, 1). */
export function faultyBus(bus: Bus, { lost, doubled, late }: Faults, random: () => number = Math.random): Bus {
  return {
    get state() {
      return bus.state;
    },
    publish: (subject, encode) => {
      const lot = random();
      if (lot < lost) return;
      // Encoded now: what is said later must be what was meant.
      const payload = encode();
      const say = () => bus.publish(subject, () => payload);
      if (lot < lost + late) {
        setTimeout(say, random() * maxDelayMs);
        return;
      }
      say();
      if (lot < lost + late + doubled) say();
    },
    subscribe: (subject, listener) => bus.subscribe(subject, listener),
    request: async (subject, payload, timeoutMs) => {
      const lot = random();
      // Lost on the way there, or on the way back.
      if (lot < lost / 2) return { type: "silence" };
      const reply = await bus.request(subject, payload, timeoutMs);
      if (lot < lost) return { type: "silence" };
      return lot < lost + doubled ? bus.request(subject, payload, timeoutMs) : reply;
    },
    answer: (subject, handler) => bus.answer(subject, handler),
    close: () => bus.close(),
  };
}
