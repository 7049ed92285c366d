/**
 * Finds threads at work that nobody runs, and loads them, which continues the turn or starts the message that waits: at the start those
 * of this node's earlier self, and from then on those whose node has died, handed them over or could not keep them. It looks
 * three times in a lease's length, when the first lease of another node's ends, and when a node says that it has let go of threads, which
 * may be lost. It takes so many at a time, and loads them one after the other, that a node is not flooded when another dies.
 */
import type { Bus, Unsubscribe } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import {
  claimAbandonedThreads,
  claimThreadsOfEarlierSelf,
  type Lease,
  type LeaseTerms,
  untilNextAbandoned,
} from "./leases.ts";

export interface AbandonedPorts {
  readonly bus: Pick<Bus, "publish" | "subscribe">;
  readonly subjects: Pick<Subjects, "abandoned">;
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
  #isCalled = false;
  #leave: Unsubscribe = () => {};

  constructor(terms: LeaseTerms, ports: AbandonedPorts) {
    this.#terms = terms;
    this.#ports = ports;
  }

  /** Before this node claims anything else. Resolves when what it left at its end, by whatever end, goes on. */
  async start(): Promise<void> {
    await this.#load(await claimThreadsOfEarlierSelf(this.#terms));
    await this.look();
    this.#leave = this.#ports.bus.subscribe(this.#ports.subjects.abandoned, () => void this.#called());
    this.#lookIn(await this.#pauseMs());
  }

  /** This node has let go of a thread at work: another need not wait for its next look. */
  call(): void {
    this.#ports.bus.publish(this.#ports.subjects.abandoned, () => new Uint8Array());
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
    this.#leave();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
  }

  /** What is let go while a look is under way may escape it, so one more follows, however many calls came. */
  async #called(): Promise<void> {
    if (this.#isCalled) return;
    this.#isCalled = true;
    await this.#looking;
    this.#isCalled = false;
    if (!this.#isStopped) await this.look();
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

  /** Goes on while there are more than it takes at a time, unless some of them cannot be loaded, which would be claimed again. */
  async #takeAbandoned(): Promise<void> {
    try {
      for (let loaded = maxPerLook; loaded === maxPerLook && !this.#isStopped; ) {
        loaded = await this.#load(await claimAbandonedThreads(this.#terms, this.#ports.held(), maxPerLook));
      }
    } catch {
      // The database is away; so is everybody's work, until the next look.
    }
  }

  /** Gives how many are loaded. */
  async #load(leases: readonly Lease[]): Promise<number> {
    let loaded = 0;
    for (const { tenantId, threadId } of leases) {
      try {
        await this.#ports.load({ tenantId, threadId });
        loaded += 1;
        this.#reported.delete(threadId);
      } catch (err) {
        if (this.#reported.has(threadId)) continue;
        this.#reported.add(threadId);
        this.#ports.report("a thread that was cut off could not be continued", { tenantId, threadId, err });
      }
    }
    return loaded;
  }
}
