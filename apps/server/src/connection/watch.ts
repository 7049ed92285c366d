/**
 * What a node keeps an eye on for its connections: it hears of it from the others over the bus, and because a message may be lost it looks
 * for itself every so often.
 */
import type { Bus, Unsubscribe } from "../bus/bus.ts";

export interface WatchPorts {
  readonly bus: Bus;
  readonly subject: string;
  /** Of another node. */
  heard(message: string): void;
  look(): Promise<void>;
  readonly everyMs: number;
}

export class Watch {
  readonly #ports: WatchPorts;
  readonly #leave: Unsubscribe;
  readonly #timer: NodeJS.Timeout;

  constructor(ports: WatchPorts) {
    const { bus, subject, everyMs } = ports;
    this.#ports = ports;
    this.#leave = bus.subscribe(subject, (payload) => ports.heard(Buffer.from(payload).toString()));
    this.#timer = setInterval(() => void ports.look(), everyMs);
    this.#timer.unref();
  }

  /** To the other nodes. */
  tell(message: string): void {
    const { bus, subject } = this.#ports;
    bus.publish(subject, () => Buffer.from(message));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#leave();
  }
}
