/**
 * How the host of a thread reaches into a running turn: it steers and it interrupts. The loop reads the other side.
 *
 * A steer is either recorded or refused, never lost: `steer` resolves `true` when the message is in the log, and
 * `false` when the turn had already decided to end, in which case the host starts a turn of its own with it. The two
 * sides share one thread of execution, so that "no message is waiting, take no more" is one step.
 */
import type { Actor } from "@skein/timeline/event";
import type { UserInput } from "@skein/timeline/item";
import type { CommandReceipt } from "../ports.ts";

/** One message of a person. */
export interface TurnUserInput {
  /** Id of the item that it becomes; made when absent. */
  readonly id?: string;
  readonly clientId: string | null;
  readonly content: readonly UserInput[];
  readonly author?: Actor;
  /** Id of the queued message that it was; it leaves the queue in the same append. */
  readonly queuedId?: string;
  /** Who did not let it wait. */
  readonly takenBy?: Actor;
  /** Of the command that brought the message; committed with it. */
  readonly receipt?: CommandReceipt;
}

export interface WaitingSteer {
  readonly input: TurnUserInput;
  recorded(): void;
  refused(): void;
  failed(error: unknown): void;
}

export class SteerQueue {
  #waiting: WaitingSteer[] = [];
  #isClosed = false;
  #onArrival: () => void = () => {};

  push(input: TurnUserInput): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, recorded: () => resolve(true), refused: () => resolve(false), failed: reject });
      this.#onArrival();
    });
  }

  /** For the loop: called at each arrival, in the same step. */
  listen(onArrival: () => void): void {
    this.#onArrival = onArrival;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  takeAll(): readonly WaitingSteer[] {
    return this.#waiting.splice(0);
  }

  /** From here on steers are refused, those included that wait and were not taken. Closing again changes nothing. */
  close(): void {
    this.#isClosed = true;
    this.#onArrival = () => {};
    for (const steer of this.takeAll()) steer.refused();
  }
}

/** The node stops and leaves the turn to the thread's next owner. */
export interface Handover {
  /** Aborted: start nothing more, cut the model short. */
  readonly begun: AbortSignal;
  /** Aborted: what runs has had its time. */
  readonly due: AbortSignal;
}

/** Why the signal of a turn is aborted. */
class Interruption extends Error {
  readonly by: Actor | null;
  constructor(by: Actor | null) {
    super("The turn was interrupted.");
    this.by = by;
  }
}

/** Whose word it was that the turn shall end; null: nobody's, or it goes on. */
export function interruptedBy({ reason }: AbortSignal): Actor | null {
  return reason instanceof Interruption ? reason.by : null;
}

export class TurnControl {
  readonly steering = new SteerQueue();
  readonly #interrupted = new AbortController();
  readonly #leaving = new AbortController();
  readonly #due = new AbortController();
  readonly handover: Handover = { begun: this.#leaving.signal, due: this.#due.signal };

  get signal(): AbortSignal {
    return this.#interrupted.signal;
  }

  /** Resolves when the message is committed (`true`) or refused because the turn is ending (`false`). */
  steer(input: TurnUserInput): Promise<boolean> {
    return this.steering.push(input);
  }

  /** Returns at once; the turn ends with `turn.completed` (`interrupted`). Asking again changes nothing. */
  interrupt(by: Actor | null = null): void {
    this.#interrupted.abort(new Interruption(by));
  }

  /** The turn stays open in the log. Its run ends when no tool works any more, or with `endHandover`. */
  handOver(): void {
    this.#leaving.abort(new Error("The turn is handed over."));
  }

  endHandover(): void {
    this.handOver();
    this.#due.abort(new Error("The turn is handed over."));
  }
}
