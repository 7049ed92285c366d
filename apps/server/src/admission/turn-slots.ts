/**
 * The places in which turns work on this node. A turn takes one before it first asks the model and keeps it to its end, but for the
 * time in which it waits for a person: nobody knows how long that is, and others can work meanwhile. Its wait is
 * nowhere but here: the log holds the turn's start, so that after a restart, or on another node, it gets in line again.
 */
import {
  admitTurn,
  emptyTurnQueue,
  enqueueTurn,
  orderWaiting,
  type QueuedTurn,
  removeTurn,
  type TurnBounds,
  type TurnQueue,
} from "./fair-queue.ts";

/** Whose turn it is. */
export type SlotHolder = Pick<QueuedTurn, "tenantId" | "userId">;

/** `ahead`: how many wait before it; null: it waits no longer. */
export type TellPlace = (ahead: number | null) => void;

const tellEveryMs = 1_000;
const tellAgainAfter = 5;

export class TurnSlots {
  readonly #bounds: TurnBounds;
  #queue: TurnQueue = emptyTurnQueue;
  readonly #slots = new Map<string, TurnSlot>();
  #telling: NodeJS.Timeout | null = null;
  #made = 0;

  constructor(bounds: TurnBounds) {
    this.#bounds = bounds;
  }

  get runningCount(): number {
    return this.#queue.running.size;
  }

  get waitingCount(): number {
    return this.#queue.waiting.length;
  }

  open(holder: SlotHolder, tell: TellPlace): TurnSlot {
    this.#made += 1;
    const turn = { id: `slot-${this.#made}`, ...holder };
    const slot: TurnSlot = new TurnSlot(tell, {
      wait: (resumes) =>
        this.#change(enqueueTurn(this.#queue, { ...turn, resumes }), () => this.#slots.set(turn.id, slot)),
      leave: () => this.#change(removeTurn(this.#queue, turn.id), () => this.#slots.delete(turn.id)),
    });
    return slot;
  }

  stop(): void {
    if (this.#telling !== null) clearTimeout(this.#telling);
    this.#telling = null;
  }

  #change(queue: TurnQueue, first: () => void): void {
    first();
    this.#queue = queue;
    for (let next = admitTurn(this.#queue, this.#bounds); next !== null; next = admitTurn(this.#queue, this.#bounds)) {
      this.#queue = next.queue;
      this.#slots.get(next.turn.id)?.admitted();
    }
    if (this.#queue.waiting.length === 0) this.stop();
    if (this.#queue.waiting.length === 0 || this.#telling !== null) return;
    // Who gets a place at once is told nothing.
    this.#telling = setTimeout(() => this.#tell(), tellEveryMs);
    this.#telling.unref();
  }

  #tell(): void {
    this.#telling = setTimeout(() => this.#tell(), tellEveryMs);
    this.#telling.unref();
    for (const [ahead, { id }] of orderWaiting(this.#queue).entries()) this.#slots.get(id)?.waits(ahead);
  }
}

interface SlotLine {
  wait(resumes: boolean): void;
  leave(): void;
}

type SlotState = "outside" | "waiting" | "working";

export class TurnSlot {
  readonly #tell: TellPlace;
  readonly #line: SlotLine;
  #state: SlotState = "outside";
  #hasWorked = false;
  /** What was told last; null: nothing, or that it waits no longer. */
  #told: number | null = null;
  #quiet = 0;
  #entered = Promise.withResolvers<void>();

  constructor(tell: TellPlace, line: SlotLine) {
    this.#tell = tell;
    this.#line = line;
  }

  /** Resolves when the turn has its place. Rejects with the signal's reason; its place in the line stays. */
  async enter(signal: AbortSignal): Promise<void> {
    if (this.#state === "working") return;
    if (this.#state === "outside") {
      this.#state = "waiting";
      this.#entered = Promise.withResolvers();
      this.#line.wait(this.#hasWorked);
    }
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    try {
      await Promise.race([this.#entered.promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** It waits for a person, or has ended: others may have the place. */
  leave(): void {
    if (this.#state === "outside") return;
    this.#state = "outside";
    this.#line.leave();
    this.#tellOnce(null);
  }

  /** For whoever keeps the line. */
  admitted(): void {
    this.#state = "working";
    this.#hasWorked = true;
    this.#tellOnce(null);
    this.#entered.resolve();
  }

  /** Asked for every second. Told now and then though nothing has changed, for those who have come since. */
  waits(ahead: number): void {
    this.#quiet += 1;
    if (this.#quiet < tellAgainAfter) {
      this.#tellOnce(ahead);
      return;
    }
    this.#quiet = 0;
    this.#told = ahead;
    this.#tell(ahead);
  }

  #tellOnce(ahead: number | null): void {
    if (this.#told === ahead) return;
    this.#told = ahead;
    this.#tell(ahead);
  }
}
