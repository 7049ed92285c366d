/** Why connections of a command were refused, for whoever reads its output: the command itself may not say it. */
import type { NetworkGate } from "@skein/core/ports";

/** Of one command; it may try as many hosts as it likes. */
const maxSentences = 16;

export class Refusals {
  readonly #sentences = new Set<string>();

  /** Decides as the other does. */
  hear(gate: NetworkGate): NetworkGate {
    return {
      decide: async (request, signal) => {
        const verdict = await gate.decide(request, signal);
        if (verdict.type === "deny") this.#add(verdict.reason);
        return verdict;
      },
      holds: (request, signal) => gate.holds(request, signal),
      refused: (request, message, by) => {
        if (by !== "unknownCommand") this.#add(message);
        gate.refused(request, message, by);
      },
    };
  }

  /** Empty when there were none. */
  get words(): string {
    return [...this.#sentences].map((sentence) => `[skein: ${sentence}]\n`).join("");
  }

  #add(sentence: string): void {
    if (this.#sentences.size < maxSentences) this.#sentences.add(sentence);
  }
}
