/**
 * The way out of a clone: to the one host that a person has named, and only as the proxy carries the reading of a repository. The token
 * is told to the proxy with the word that lets a request through, and to nobody else.
 */
import type { NetworkGate, NetworkRequest, NetworkVerdict, ProxyRefusal } from "@skein/core/ports";
import { matchesHost } from "@skein/executor/egress/host-pattern";
import type { Target } from "@skein/executor/egress/target";
import type { AuditLine } from "../audit/record.ts";
import { type NetworkPolicy, patternsOf } from "../egress/network-policies.ts";
import { hostOfTarget } from "./clone-address.ts";

export type EgressLine = AuditLine<"egress.allowed"> | AuditLine<"egress.refused">;

/**
 * Whoever may make workspaces says for this once which host, as a person does who allows one to a command. Where an owner has said which
 * hosts there are, that is what counts. null: nothing is against it.
 */
export function refusalOfClone(policy: NetworkPolicy, target: Target): string | null {
  const request = { ...target, protocol: "https" } as const;
  if (policy.mode !== "listed" || patternsOf(policy).some((pattern) => matchesHost(pattern, request))) return null;
  return `${hostOfTarget(target)} is not on the list of hosts that the owners of your team keep`;
}

export interface CloneGateOptions {
  readonly target: Target;
  /** Of the header; null: there is none. */
  readonly authorization: string | null;
  readPolicy(): Promise<NetworkPolicy>;
  /** Once for each verdict about each host. */
  decided(line: EgressLine): void;
}

export class CloneGate implements NetworkGate {
  readonly #options: CloneGateOptions;
  readonly #told = new Set<string>();

  constructor(options: CloneGateOptions) {
    this.#options = options;
  }

  async holds(): Promise<boolean> {
    const { target, readPolicy } = this.#options;
    return refusalOfClone(await readPolicy(), target) === null;
  }

  async decide(request: NetworkRequest): Promise<NetworkVerdict> {
    const { target, authorization, readPolicy } = this.#options;
    const isNamed = request.host === target.host && request.port === target.port && request.protocol === "http";
    const reason = isNamed
      ? refusalOfClone(await readPolicy(), target)
      : `${request.host} was not named; a clone leads to ${hostOfTarget(target)} and nowhere else`;
    if (reason !== null) {
      this.#tell(request, "egress.refused", isNamed ? "policy" : "clone");
      return { type: "deny", reason };
    }
    this.#tell(request, "egress.allowed", "clone");
    return { type: "carry", authorization };
  }

  refused(request: NetworkRequest, _reason: string, by: ProxyRefusal): void {
    this.#tell(request, "egress.refused", by);
  }

  #tell({ host, port }: NetworkRequest, action: EgressLine["action"], word: string): void {
    const key = JSON.stringify([host, port, action]);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const line = { threadId: null, subject: host };
    if (action === "egress.allowed") this.#options.decided({ ...line, action, details: { port, rule: word } });
    else this.#options.decided({ ...line, action, details: { port, reason: word } });
  }
}
