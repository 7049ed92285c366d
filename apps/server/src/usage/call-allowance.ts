/**
 * Whether there is something left to pay a call of the model with. What it may cost is set aside in the database before it is
 * made, and what it did cost is written with the event that tells of its end; so all nodes together overdraw by one call at most.
 */
import { type Admission, type Clock, type Ids, OwnershipLost, type PlannedCall } from "@skein/core/ports";
import { GroupedWrites } from "../admission/grouped-writes.ts";
import { Turnstile } from "../admission/turnstile.ts";
import { classifyFailure } from "../database/database-failure.ts";
import type { Sql } from "../database/pools.ts";
import { type NoteOutcome, noteCalls } from "./note-calls.ts";
import { presentSpent } from "./present-spent.ts";
import { type Reservation, reserveCall, type Verdict } from "./reserve-call.ts";

export interface AllowancePorts {
  /** Of the role `skein_log`. */
  readonly log: Sql;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Set aside for an answer. One that is longer may overdraw by what it is longer. */
  readonly outputTokens: number;
}

export interface PayingThread {
  readonly tenantId: string;
  readonly threadId: string;
  readonly fence: bigint;
  readonly createdBy: string | null;
  /** Whose key pays for what the person causes. */
  payer(memberId: string | null): Promise<string>;
}

/** So long a node goes by what it has heard: that there is no limit. A limit that is set meanwhile counts after it. */
export const unlimitedForMs = 5_000;
const maxRemembered = 10_000;
const firstPauseMs = 100;
const maxPauseMs = 1_000;

export class CallAllowance {
  readonly #ports: AllowancePorts;
  /** Of the few connections of the log one at most is taken by this. */
  readonly #one = new Turnstile(1);
  /** By tenant and person: until when, by the monotonic clock, nobody has to be asked, and whose key pays. */
  readonly #unlimited = new Map<string, { readonly until: number; readonly credential: string }>();
  readonly #waiting = new Set<() => void>();
  /** What is about to be asked for without a limit; those that come while some are written down go together in the next statement. */
  readonly #notes: GroupedWrites<Reservation, NoteOutcome>;

  constructor(ports: AllowancePorts) {
    this.#ports = ports;
    this.#notes = new GroupedWrites((calls) => this.#one.pass(() => noteCalls(ports.log, calls)));
  }

  /** Turns that wait until others' calls are over. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  async admit(thread: PayingThread, call: PlannedCall, signal: AbortSignal): Promise<Admission> {
    const id = this.#ports.ids.uuid();
    const memberId = call.actor?.memberId ?? null;
    const payer = `${thread.tenantId} ${memberId ?? ""}`;
    // Where it cannot be said now, nothing can be written either until it can.
    const credential = this.#known(payer)?.credential ?? (await thread.payer(memberId).catch(() => "operator"));
    const reservation = this.#reservationOf(thread, call, { callId: id, credential });
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      signal.throwIfAborted();
      const isUnlimited = this.#known(payer) !== null;
      const verdict = await (isUnlimited ? this.#note(reservation) : this.#reserve(reservation));
      switch (verdict?.type) {
        case "granted":
          return granted(id, verdict.source, credential);
        case "unlimited":
          this.#remember(payer, credential);
          break;
        case "spent":
          return { type: "refused", error: presentSpent(verdict) };
        case "lost":
          throw new OwnershipLost(`another node owns the thread ${thread.threadId}`);
        default:
          await this.#pause(pauseMs, signal);
      }
    }
  }

  /** A call is over: what was set aside for it is free. */
  settled(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Somebody has set a limit here. */
  forget(): void {
    this.#unlimited.clear();
  }

  /** Whether calls of this person were lately found to be without limit. */
  isUnlimited(tenantId: string, userId: string | null): boolean {
    return this.#known(`${tenantId} ${userId ?? ""}`) !== null;
  }

  #known(payer: string) {
    const known = this.#unlimited.get(payer);
    return known !== undefined && known.until > this.#ports.clock.monotonic() ? known : null;
  }

  #reservationOf(
    { threadId, fence }: PayingThread,
    { turnId, actor, model, inputTokens }: PlannedCall,
    { callId, credential }: { readonly callId: string; readonly credential: string },
  ): Reservation {
    const tokens = { inputTokens: inputTokens(), outputTokens: this.#ports.outputTokens };
    return { threadId, fence, callId, turnId, userId: actor?.memberId ?? null, model, credential, ...tokens };
  }

  /** null, here and below: the database is away, and will be asked again. */
  #reserve(reservation: Reservation): Promise<Verdict | null> {
    return orAway(this.#one.pass(() => reserveCall(this.#ports.log, reservation)));
  }

  async #note(reservation: Reservation): Promise<Verdict | null> {
    const outcome = await orAway(this.#notes.write(reservation));
    if (outcome === "noted") return { type: "granted", source: "pool" };
    return outcome === "lost" ? { type: "lost" } : null;
  }

  #remember(payer: string, credential: string): void {
    if (this.#unlimited.size >= maxRemembered) this.#unlimited.clear();
    this.#unlimited.set(payer, { until: this.#ports.clock.monotonic() + unlimitedForMs, credential });
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#waiting.add(wake);
    await this.#ports.clock.sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => {});
    this.#waiting.delete(wake);
  }
}

async function orAway<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    const { type } = classifyFailure(error);
    if (type === "unavailable" || type === "conflict") return null;
    throw error;
  }
}

function granted(id: string, source: string, credential: string): Admission {
  return { type: "granted", call: { id, source, credential } };
}
