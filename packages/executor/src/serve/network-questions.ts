/** Connections of commands here that a node decides about: asked over the session, under numbers of their own. */
import type { NetworkGate, NetworkRequest, NetworkVerdict } from "@skein/core/ports";
import type { HostReport } from "../rpc/host-methods.ts";

type NetworkReport = Extract<HostReport, { method: `network/${string}` }>;

export class NetworkQuestions {
  readonly #say: (report: NetworkReport) => void;
  readonly #asked = new Map<number, (verdict: NetworkVerdict) => void>();
  #lastAsk = 0;
  #hasEnded = false;

  constructor(say: (report: NetworkReport) => void) {
    this.#say = say;
  }

  /** `process`: the command by the number that the node gave it. */
  gateOf(process: number): NetworkGate {
    return {
      decide: (request, signal) => this.#ask(process, request, signal),
      holds: async (request, signal) => {
        return (await this.#ask(process, { ...request, isOpen: true }, signal)).type === "allow";
      },
      refused: (request, reason, by) => {
        if (!this.#hasEnded) this.#say({ method: "network/refused", params: { process, ...request, reason, by } });
      },
    };
  }

  answer(ask: number, verdict: NetworkVerdict): void {
    this.#asked.get(ask)?.(verdict);
  }

  /** Nobody answers any more. */
  end(): void {
    this.#hasEnded = true;
    for (const answer of this.#asked.values()) answer(nobody);
  }

  async #ask(
    process: number,
    request: NetworkRequest & { isOpen?: boolean },
    signal: AbortSignal,
  ): Promise<NetworkVerdict> {
    if (this.#hasEnded) return nobody;
    const ask = ++this.#lastAsk;
    const { promise, resolve } = Promise.withResolvers<NetworkVerdict>();
    const withdraw = () => {
      this.#say({ method: "network/withdrawn", params: { process, ask } });
      resolve(nobody);
    };
    this.#asked.set(ask, resolve);
    signal.addEventListener("abort", withdraw, { once: true });
    try {
      this.#say({ method: "network/asked", params: { process, ask, ...request } });
      return await promise;
    } finally {
      this.#asked.delete(ask);
      signal.removeEventListener("abort", withdraw);
    }
  }
}

const nobody: NetworkVerdict = { type: "deny", reason: "nobody is there to decide about the connection" };
