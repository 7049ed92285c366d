/**
 * Finds threads at work that nobody runs, and loads them, which continues the turn or starts the message that waits: at the start those
 * of this node's earlier self, and from then on those whose node has died, handed them over or could not keep them. It looks
 * three times in a lease's length and when the first lease of another node's ends, and takes so many at a time that a node
 * is not flooded when another dies.
 */
import {
  claimAbandonedThreads,
  claimThreadsOfEarlierSelf,
  type Lease,
  type LeaseTerms,
  untilNextAbandoned,
} from "./leases.ts";

export interface AbandonedPorts {
  /** The threads that this node holds. */
  held(): readonly string[];
  load(thread: Pick<Lease, "tenantId" | "threadId">): Promise<unknown>;
  report(problem: string, details: object): void;
}

const maxPerLook = 32;
/** Two nodes must not take turns in looking too early. */
const minPauseMs = 20;

export class AbandonedThreads {
  readonly #terms: LeaseTerms;
  readonly #ports: AbandonedPorts;
  /** Threads that could not be loaded, so that each is reported once. */
  readonly #reported = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #looking: Promise<void> | null = null;

  constructor(terms: LeaseTerms, ports: AbandonedPorts) {
    this.#terms = terms;
    this.#ports = ports;
  }

  /** Before this node claims anything else. Resolves when what it left at its end, by whatever end, goes on. */
  async start(): Promise<void> {
    await this.#load(await claimThreadsOfEarlierSelf(this.#terms));
    await this.look();
    this.#lookIn(await this.#pauseMs());
  }

  /** Looks now; of looks that overlap there is one. */
  look(): Promise<void> {
    this.#looking ??= this.#takeAbandoned().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Resolves when nothing is being loaded any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
  }

  #lookIn(ms: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(async () => {
      await this.look();
      this.#lookIn(await this.#pauseMs());
    }, ms);
    this.#timer.unref();
  }

  async #pauseMs(): Promise<number> {
    const usualMs = (this.#terms.leaseSeconds * 1000) / 3;
    const untilMs = await untilNextAbandoned(this.#terms, this.#ports.held()).catch(() => null);
    return untilMs === null ? usualMs : Math.min(Math.max(untilMs, minPauseMs), usualMs);
  }

  async #takeAbandoned(): Promise<void> {
    try {
      await this.#load(await claimAbandonedThreads(this.#terms, this.#ports.held(), maxPerLook));
    } catch {
      // The database is away; so is everybody's work, until the next look.
    }
  }

  async #load(leases: readonly Lease[]): Promise<void> {
    for (const { tenantId, threadId } of leases) {
      try {
        await this.#ports.load({ tenantId, threadId });
        this.#reported.delete(threadId);
      } catch (err) {
        if (this.#reported.has(threadId)) continue;
        this.#reported.add(threadId);
        this.#ports.report("a thread that was cut off could not be continued", { tenantId, threadId, err });
      }
    }
  }
}
