/** The node's side of connections that commands on a runner want to make. */
import type { NetworkGate, NetworkRequest, NetworkVerdict } from "@skein/core/ports";
import type { HostReport } from "../rpc/host-methods.ts";

export type NetworkReport = Extract<HostReport, { method: `network/${string}` }>;

/** Of commands that may still have something running; older ones are forgotten, as at the runner. */
const maxGates = 4096;

export class NetworkAnswers {
  readonly #answer: (ask: number, verdict: NetworkVerdict) => void;
  readonly #gates = new Map<number, NetworkGate>();
  readonly #asked = new Map<number, AbortController>();

  constructor(answer: (ask: number, verdict: NetworkVerdict) => void) {
    this.#answer = answer;
  }

  admit(process: number, gate: NetworkGate): void {
    this.#gates.set(process, gate);
    const [oldest] = this.#gates.keys();
    if (this.#gates.size > maxGates && oldest !== undefined) this.#gates.delete(oldest);
  }

  hear(report: NetworkReport): void {
    const gate = this.#gates.get(report.params.process);
    switch (report.method) {
      case "network/asked": {
        const { ask, host, port, protocol, isOpen = false } = report.params;
        const request = { host, port, protocol };
        void this.#decide(ask, (signal) => verdictOf(gate, request, isOpen, signal));
        break;
      }
      case "network/withdrawn":
        this.#asked.get(report.params.ask)?.abort(new Error("the command does not want the connection any more"));
        break;
      case "network/refused": {
        const { host, port, protocol, reason, by } = report.params;
        gate?.refused({ host, port, protocol }, reason, by);
      }
    }
  }

  /** The session is over. */
  end(): void {
    for (const asked of this.#asked.values()) asked.abort(new Error("the runner was lost"));
    this.#gates.clear();
  }

  async #decide(ask: number, verdict: (signal: AbortSignal) => Promise<NetworkVerdict>): Promise<void> {
    const wanted = new AbortController();
    this.#asked.set(ask, wanted);
    try {
      this.#answer(ask, await verdict(wanted.signal));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!wanted.signal.aborted) this.#answer(ask, { type: "deny", reason });
    } finally {
      this.#asked.delete(ask);
    }
  }
}

async function verdictOf(
  gate: NetworkGate | undefined,
  request: NetworkRequest,
  isOpen: boolean,
  signal: AbortSignal,
): Promise<NetworkVerdict> {
  if (gate === undefined) return unknownCommand;
  if (!isOpen) return gate.decide(request, signal);
  // Where nobody can say, such as while the database is away, what is open stays until the next look.
  return (await gate.holds(request, signal).catch(() => true)) ? { type: "allow" } : over;
}

const over: NetworkVerdict = { type: "deny", reason: "what had allowed the connection is over" };
const unknownCommand: NetworkVerdict = { type: "deny", reason: "the command that asks is not known" };
