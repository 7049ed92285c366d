/** A socket of which nothing is read for a while: what its client sends waits in the network, and the client with it. */
import type { WebSocket } from "ws";

export class HeldReading {
  readonly #socket: Pick<WebSocket, "pause" | "resume" | "on">;
  #untilMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(socket: Pick<WebSocket, "pause" | "resume" | "on">) {
    this.#socket = socket;
    socket.on("close", () => this.#forget());
  }

  /** From now on for so long, or for as long as was said before. False: it was held already. */
  holdFor(ms: number): boolean {
    this.#untilMs = Math.max(this.#untilMs, performance.now() + ms);
    if (this.#timer !== null) return false;
    this.#socket.pause();
    this.#wait(ms);
    return true;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#goOn(), ms);
    this.#timer.unref();
  }

  #goOn(): void {
    const restMs = this.#untilMs - performance.now();
    if (restMs > 1) {
      this.#wait(restMs);
      return;
    }
    this.#timer = null;
    this.#socket.resume();
  }

  #forget(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
  }
}
