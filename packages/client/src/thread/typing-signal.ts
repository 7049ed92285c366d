/** That the person writes, as the server wants to hear it: at the first key, again while they go on, and when they have stopped. */
import type { Clock } from "../connection/clock.ts";

/** The server believes it for twice as long. */
export const sayAgainMs = 3_000;

export class TypingSignal {
  readonly #clock: Pick<Clock, "now">;
  readonly #send: (typing: boolean) => void;
  #saidAtMs: number | null = null;

  constructor(clock: Pick<Clock, "now">, send: (typing: boolean) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  says(typing: boolean): void {
    const now = this.#clock.now();
    const isKnown = typing ? this.#saidAtMs !== null && now - this.#saidAtMs < sayAgainMs : this.#saidAtMs === null;
    if (isKnown) return;
    this.#saidAtMs = typing ? now : null;
    this.#send(typing);
  }

  /** The connection is gone, and with it what was said. */
  forget(): void {
    this.#saidAtMs = null;
  }
}
