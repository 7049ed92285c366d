/**
 * The list of secrets that viewers of a tenant's threads must not see has changed: whoever was shown a thread by the old one begins anew,
 * on every node. Other nodes are told over the bus; a message may be lost, so every node also reads the lists of its viewers' tenants
 * every so often.
 */
import type { Bus } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Subscriptions } from "../subscription/subscriptions.ts";
import type { Connections } from "./connections.ts";
import { Watch } from "./watch.ts";

export interface RedactionPorts {
  readonly bus: Bus;
  readonly subjects: Pick<Subjects, "nodes">;
  connections(): Pick<Connections, "principals">;
  knownSecrets(tenantId: string): Promise<readonly string[]>;
  readonly subscriptions: Pick<Subscriptions, "hideFromViewers">;
  report(problem: string, details: object): void;
}

const checkEveryMs = 5_000;
/** Beside what `Revocations` and `ShareWatch` say on the same subject. */
const word = "secrets";

export class RedactionChanges {
  readonly #ports: RedactionPorts;
  readonly #watch: Watch;

  constructor(ports: RedactionPorts) {
    this.#ports = ports;
    this.#watch = new Watch({
      ...{ bus: ports.bus, subject: ports.subjects.nodes, everyMs: checkEveryMs },
      heard: (message) => {
        const [said, tenantId] = message.split(" ");
        if (said === word && tenantId !== undefined && this.#tenants().has(tenantId)) void this.#look(tenantId);
      },
      look: () => this.check(),
    });
  }

  /** Committed. Resolves when it counts here. */
  async changed(tenantId: string): Promise<void> {
    this.#watch.tell(`${word} ${tenantId}`);
    if (this.#tenants().has(tenantId)) await this.#look(tenantId);
  }

  /** Heals what the bus has lost. */
  async check(): Promise<void> {
    for (const tenantId of this.#tenants()) await this.#look(tenantId);
  }

  stop(): void {
    this.#watch.stop();
  }

  /** Those whose threads are viewed here. */
  #tenants(): ReadonlySet<string> {
    const principals = [...this.#ports.connections().principals];
    return new Set(principals.filter(({ via }) => via.type === "shareLink").map(({ tenantId }) => tenantId));
  }

  async #look(tenantId: string): Promise<void> {
    try {
      this.#ports.subscriptions.hideFromViewers(tenantId, await this.#ports.knownSecrets(tenantId));
    } catch (err) {
      this.#ports.report("what viewers must not see could not be read", { tenantId, err });
    }
  }
}
