/**
 * That this node is there, for the other nodes and for operators. Two processes that call themselves by the same name
 * would take each other's threads for their own, so the second one does not start.
 */
import type { LeaseTerms } from "./leases.ts";

export interface LiveNode {
  readonly id: string;
  readonly startedAtMs: number;
}

export interface PresencePorts {
  /** Another process has become this node: whatever this one does is done twice. */
  replaced(): void;
}

export interface NodeFacts {
  /** The data directory's own name, by which a restarted process is told from a second one. */
  readonly home: string;
  /** The names of those that it reaches; threads whose workspaces are there are its business. */
  readonly runners: readonly string[];
}

export async function registerNode(
  terms: LeaseTerms,
  { home, runners }: NodeFacts,
  ports: PresencePorts,
): Promise<NodePresence> {
  const { log, nodeId, leaseSeconds } = terms;
  const instance = crypto.randomUUID();
  const [row] = await log<[{ registered: boolean }]>`
    select register_node(${nodeId}, ${home}, ${instance}, ${leaseSeconds}, ${`{${runners.join(",")}}`}) as registered`;
  if (!row.registered) {
    throw new Error(
      `SKEIN_NODE_ID: a node called ${nodeId} is running with another data directory; give each node a name of its own`,
    );
  }
  return new NodePresence(terms, instance, ports);
}

export class NodePresence {
  readonly #terms: LeaseTerms;
  readonly #instance: string;
  readonly #ports: PresencePorts;
  readonly #timer: NodeJS.Timeout;
  #live: readonly LiveNode[] = [];
  #hasLeft = false;

  constructor(terms: LeaseTerms, instance: string, ports: PresencePorts) {
    this.#terms = terms;
    this.#instance = instance;
    this.#ports = ports;
    this.#timer = setInterval(() => void this.beat(), (terms.leaseSeconds * 1000) / 3);
    this.#timer.unref();
  }

  /** As of the last beat, this node among them. */
  get live(): readonly LiveNode[] {
    return this.#live;
  }

  async beat(): Promise<void> {
    const { log, nodeId, leaseSeconds } = this.#terms;
    try {
      const rows = await log<{ id: string; is_caller: boolean; started_at: Date }[]>`
        select * from renew_node(${nodeId}, ${this.#instance}, ${leaseSeconds})`;
      // A beat that was under way when the node left finds nobody, which is as it should be.
      if (this.#hasLeft) return;
      this.#live = rows.map(({ id, started_at }) => ({ id, startedAtMs: started_at.getTime() }));
      if (!rows.some(({ is_caller }) => is_caller)) this.#ports.replaced();
    } catch {
      // The database is away. Its return is the next beat's to notice.
    }
  }

  /** From now on no thread is left to this node because of what it reaches. Where that is not heard, its time ends by itself. */
  async withdrawRunners(): Promise<void> {
    const { log, nodeId } = this.#terms;
    await log`select withdraw_runners(${nodeId}, ${this.#instance})`.catch(() => {});
  }

  /** Lets another process be this node at once. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    clearInterval(this.#timer);
    const { log, nodeId } = this.#terms;
    // Where the database is away, the node's time ends by itself.
    await log`select leave_node(${nodeId}, ${this.#instance})`.catch(() => {});
  }
}
