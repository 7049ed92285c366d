/**
 * The ways out of a turn's commands. A connection that a person has to decide about is an approval of the command's item; the
 * connection waits, and so do all others of that command to the same port of that host. Answers hold for the command, beyond what they
 * say of the thread. The asking ends with the command and with the turn.
 */
import type { ApprovalOutcome, SandboxPolicy, ThreadSettings } from "@skein/timeline/event";
import type { CommandItem } from "@skein/timeline/item";
import { allowsNetwork } from "../approval/allows-network.ts";
import { type ConnectionVerdict, decideConnection } from "../approval/decide-connection.ts";
import type {
  NetworkGate,
  NetworkRecord,
  NetworkRequest,
  NetworkVerdict,
  ProxyRefusal,
  TenantNetwork,
} from "../ports.ts";
import type { CommandNetwork } from "../tools/tool.ts";
import { askConnection } from "./ask-approval.ts";
import type { TurnScope } from "./turn-scope.ts";

export class NetworkGates {
  readonly #scope: TurnScope;
  readonly #over = new AbortController();
  readonly #asking = new Set<Promise<unknown>>();

  constructor(scope: TurnScope) {
    this.#scope = scope;
  }

  /** `sandbox`: of the command, which may be another than the thread's. null: it has no way out. */
  async open(
    item: CommandItem,
    sandbox: SandboxPolicy,
    { approvalPolicy, sandbox: ofThread }: Pick<ThreadSettings, "approvalPolicy" | "sandbox">,
  ): Promise<CommandNetwork | null> {
    const { network } = this.#scope.ports;
    if (network === undefined || !allowsNetwork(sandbox) || !(await network.isOpen())) return null;
    const ended = new AbortController();
    const isOfThread = allowsNetwork(ofThread);
    const signal = AbortSignal.any([this.#scope.signal, this.#over.signal, ended.signal]);
    return new OpenNetwork({
      ...{ item, approvalPolicy, network, signal },
      isOpen: () => !isOfThread || allowsNetwork(this.#scope.input.state().settings.sandbox),
      grants: () => this.#scope.input.state().grants,
      ask: (request) => {
        if (this.#over.signal.aborted) return Promise.resolve({ type: "withdrawn" });
        return this.#during(askConnection(this.#scope, item, request, signal));
      },
      end: () => ended.abort(),
    });
  }

  /** Nobody is asked any more; resolves when the log says so of everything that was. */
  async end(): Promise<void> {
    this.#over.abort();
    await Promise.allSettled(this.#asking);
  }

  async #during<T>(asking: Promise<T>): Promise<T> {
    this.#asking.add(asking);
    try {
      return await asking;
    } finally {
      this.#asking.delete(asking);
    }
  }
}

interface NetworkOptions {
  readonly item: CommandItem;
  readonly approvalPolicy: ThreadSettings["approvalPolicy"];
  readonly network: TenantNetwork;
  readonly signal: AbortSignal;
  /** Whether the thread, where it had the network when the command began, still has it. */
  isOpen(): boolean;
  grants(): Parameters<typeof decideConnection>[1]["grants"];
  ask(request: NetworkRequest): Promise<ApprovalOutcome>;
  end(): void;
}

class OpenNetwork implements CommandNetwork, NetworkGate {
  readonly #options: NetworkOptions;
  /** By host and port: what a person says of it, for this command. */
  readonly #answers = new Map<string, Promise<ApprovalOutcome>>();
  readonly #waiting = new Set<Promise<unknown>>();
  readonly #looks = new Map<string, Promise<boolean>>();
  readonly #told = new Set<string>();
  #tell: (sentence: string) => void = () => {};

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  get gate(): NetworkGate {
    return this;
  }

  async decide(request: NetworkRequest): Promise<NetworkVerdict> {
    const verdict = await this.#judge(request);
    switch (verdict.type) {
      case "allow":
        return this.#allow(request, verdict.by);
      case "deny":
        return this.#deny(request, verdict.by, verdict.reason);
      case "ask":
        return this.#decideAsPersonSays(request);
    }
  }

  /** Of several connections to one place one look is enough. */
  async holds(request: NetworkRequest): Promise<boolean> {
    const key = keyOf(request);
    const look = this.#looks.get(key) ?? this.#look(request).finally(() => this.#looks.delete(key));
    this.#looks.set(key, look);
    return look;
  }

  async #look(request: NetworkRequest): Promise<boolean> {
    const verdict = await this.#judge(request);
    if (verdict.type === "allow") return true;
    const answer = verdict.type === "ask" ? await this.#answers.get(keyOf(request)) : undefined;
    if (answer !== undefined && isAllowed(answer)) return true;
    this.#record(request, "ended", verdict.type === "deny" ? verdict.by : "policy");
    return false;
  }

  async #judge(request: NetworkRequest): Promise<ConnectionVerdict> {
    const { network, approvalPolicy, grants, isOpen } = this.#options;
    const judgement = await network.judge(request);
    if (!isOpen()) return { type: "deny", by: "thread", reason: "the network is off for this thread" };
    return decideConnection(request, { judgement, grants: grants(), approvalPolicy });
  }

  refused(request: NetworkRequest, reason: string, by: ProxyRefusal): void {
    if (by === "unknownCommand") this.#options.network.record({ itemId: null, request, verdict: "refused", by });
    else this.#deny(request, by, reason);
  }

  asking(): Promise<void> | null {
    return this.#waiting.size === 0 ? null : Promise.allSettled(this.#waiting).then(() => {});
  }

  tell(listener: (sentence: string) => void): void {
    this.#tell = listener;
  }

  end(): void {
    this.#options.end();
  }

  async #decideAsPersonSays(request: NetworkRequest): Promise<NetworkVerdict> {
    const { host } = request;
    const outcome = await this.#answer(request);
    switch (outcome.type) {
      case "decided":
        if (isAllowed(outcome)) return this.#allow(request, "person");
        return this.#deny(request, "person", `a person declined the connection to ${host}`);
      case "networkRule":
        if (isAllowed(outcome)) return this.#allow(request, "person");
        return this.#deny(request, "person", `a person refused ${host} for this thread`);
      case "failed":
        return this.#deny(request, "person", `nobody decided about ${host}: ${outcome.message}`);
      case "withdrawn":
      case "answered":
        return this.#deny(request, "policy", `${host} is not on the team's list, and nobody can be asked now`);
    }
  }

  async #answer(request: NetworkRequest): Promise<ApprovalOutcome> {
    const key = keyOf(request);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const asked = this.#options.ask(request);
    this.#answers.set(key, asked);
    this.#waiting.add(asked);
    try {
      return await asked;
    } catch (error) {
      return { type: "failed", message: error instanceof Error ? error.message : String(error) };
    } finally {
      this.#waiting.delete(asked);
    }
  }

  #allow(request: NetworkRequest, by: NetworkRecord["by"]): NetworkVerdict {
    this.#record(request, "allowed", by);
    return { type: "allow" };
  }

  #deny(request: NetworkRequest, by: NetworkRecord["by"], reason: string): NetworkVerdict {
    this.#record(request, "refused", by);
    if (!this.#told.has(reason)) this.#tell(reason);
    this.#told.add(reason);
    return { type: "deny", reason };
  }

  #record(request: NetworkRequest, verdict: NetworkRecord["verdict"], by: NetworkRecord["by"]): void {
    this.#options.network.record({ itemId: this.#options.item.id, request, verdict, by });
  }
}

function keyOf({ host, port }: NetworkRequest): string {
  return `${host} ${port}`;
}

function isAllowed(outcome: ApprovalOutcome): boolean {
  if (outcome.type === "networkRule") return outcome.action === "allow";
  return outcome.type === "decided" && (outcome.decision === "accept" || outcome.decision === "acceptForSession");
}
