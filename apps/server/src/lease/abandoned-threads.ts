/**
 * Sees to it that every thread at work is where it can be worked on. It finds those that nobody runs, and loads them, which continues the
 * turn or starts the message that waits: at the start those of this node's earlier self, and from then on those whose node has died, handed
 * them over or could not keep them. And it gives away what only another node can work on: threads whose workspace is at a runner that this
 * node does not reach. It looks three times in a lease's length, when the first lease of another node's ends, and when a node says that there
 * is something to find, which may be lost. It takes so many at a time, and loads them one after the other, that a node is not flooded when
 * another dies.
 */
import type { Bus, Unsubscribe } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { decideNextLook } from "./decide-next-look.ts";
import {
  claimAbandonedThreads,
  claimThreadsOfEarlierSelf,
  type Lease,
  type LeaseTerms,
  releaseLeases,
  threadsOfOtherNodes,
  untilNextAbandoned,
} from "./leases.ts";
import { LeftThreads } from "./left-threads.ts";

export interface AbandonedPorts {
  readonly bus: Pick<Bus, "publish" | "subscribe">;
  readonly subjects: Pick<Subjects, "abandoned">;
  /** The threads that this node holds. */
  held(): readonly string[];
  load(thread: Pick<Lease, "tenantId" | "threadId">): Promise<unknown>;
  /** Lets a thread that this node holds go to another one. */
  giveAway(threadId: string): Promise<void>;
  report(problem: string, details: object): void;
}

const maxPerLook = 32;

export class AbandonedThreads {
  readonly #terms: LeaseTerms;
  readonly #runners: readonly string[];
  readonly #ports: AbandonedPorts;
  readonly #left: LeftThreads;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #looking: Promise<void> | null = null;
  #isCalled = false;
  /** Looks in a row that have left something behind whose time was over. */
  #looksInVain = 0;
  #unsubscribe: Unsubscribe = () => {};

  /** `runners`: the names of those that this node reaches. */
  constructor(terms: LeaseTerms, runners: readonly string[], ports: AbandonedPorts) {
    this.#terms = terms;
    this.#runners = runners;
    this.#ports = ports;
    this.#left = new LeftThreads(this.#usualPauseMs);
  }

  /** How many threads at work this node leaves to others for now, because it could not take them. */
  get leftCount(): number {
    return this.#left.at(performance.now()).length;
  }

  /** Before this node claims anything else. Resolves when what it left at its end, by whatever end, goes on. */
  async start(): Promise<void> {
    await this.#load(await claimThreadsOfEarlierSelf(this.#terms));
    await this.look();
    this.#unsubscribe = this.#ports.bus.subscribe(this.#ports.subjects.abandoned, () => void this.#called());
    // Others may hold what only this node can work on.
    this.call();
    this.#lookIn(await this.#pauseMs());
  }

  /** This node has let go of a thread at work, or can take some from now on: another need not wait for its next look. */
  call(): void {
    this.#ports.bus.publish(this.#ports.subjects.abandoned, () => new Uint8Array());
  }

  /** Looks now; of looks that overlap there is one. */
  look(): Promise<void> {
    this.#looking ??= this.#takeAndGive().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Resolves when nothing is being loaded any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe();
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
    const untilMs = await untilNextAbandoned(this.#terms, this.#notWanted).catch(() => null);
    const { pauseMs, looksInVain } = decideNextLook(untilMs, this.#usualPauseMs, this.#looksInVain);
    this.#looksInVain = looksInVain;
    return pauseMs;
  }

  get #usualPauseMs(): number {
    return (this.#terms.leaseSeconds * 1000) / 3;
  }

  /** What it has already, and what it leaves to others. */
  get #notWanted(): readonly string[] {
    return [...this.#ports.held(), ...this.#left.at(performance.now())];
  }

  async #takeAndGive(): Promise<void> {
    try {
      await this.#giveAway();
      for (let claimed = maxPerLook; claimed === maxPerLook && !this.#isStopped; ) {
        const leases = await claimAbandonedThreads(this.#terms, this.#notWanted, maxPerLook);
        claimed = leases.length;
        await this.#load(leases);
      }
    } catch {
      // The database is away; so is everybody's work, until the next look.
    }
  }

  async #giveAway(): Promise<void> {
    const others = await threadsOfOtherNodes(this.#terms, this.#ports.held(), this.#runners);
    const giving = others.map(async (threadId) => {
      try {
        await this.#ports.giveAway(threadId);
      } catch (err) {
        this.#ports.report("a thread could not be given to the node that reaches its workspace", { threadId, err });
      }
    });
    await Promise.all(giving);
  }

  async #load(leases: readonly Lease[]): Promise<void> {
    for (const lease of leases) {
      const { tenantId, threadId } = lease;
      try {
        await this.#ports.load({ tenantId, threadId });
        this.#left.taken(threadId);
      } catch (err) {
        await this.#leave(lease, err);
      }
    }
  }

  /** Whoever can take it need not wait for the lease to end, nor for the next look. */
  async #leave(lease: Lease, err: unknown): Promise<void> {
    const { tenantId, threadId } = lease;
    const { pauseMs, times } = this.#left.leave(threadId, performance.now());
    await releaseLeases(this.#terms, [lease]).catch(() => {});
    this.call();
    // Once, however often it is tried.
    if (times > 1) return;
    const details = { tenantId, threadId, triedAgainInMs: pauseMs, err };
    this.#ports.report("a thread at work could not be taken, and is left to other nodes", details);
  }
}
