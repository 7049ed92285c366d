/**
 * The messages of one thread that wait for their turn, on the node that owns it. Changes happen one at a time, and none
 * while a message is being started: what was taken cannot be edited or taken back any more. A message leaves the queue in
 * the append that holds its item, so that a crash neither loses nor doubles it.
 */
import { type CommandReceipt, OwnershipLost } from "@skein/core/ports";
import type { MessageQueue } from "@skein/core/thread/message-queue";
import { RunnerAbsent } from "@skein/executor/host/runner-host";
import { errors, type ProtocolError } from "@skein/protocol/errors";
import type { Actor, QueuedMessage, ThreadEventBody } from "@skein/timeline/event";
import type { QueueDecision } from "./decide-queue-change.ts";
import type { ReceiptForTurn, SteerOutcome } from "./thread-host.ts";

/** What the queue needs of its thread's host. */
export interface QueueHost {
  /** As the log says. */
  readonly queue: MessageQueue;
  readonly activeTurnId: string | null;
  /** The thread takes no new turns any more. */
  readonly isStopped: boolean;
  append(events: readonly ThreadEventBody[], receipts?: readonly CommandReceipt[]): Promise<void>;
  mayPrompt(memberId: string): Promise<boolean>;
  startQueued(message: QueuedMessage, wanted?: WantedNow): Promise<string>;
  steerQueued(turnId: string, message: QueuedMessage, wanted: WantedNow): Promise<SteerOutcome>;
}

/** Somebody does not let a message wait. */
export interface WantedNow {
  readonly by: Actor;
  readonly receiptFor?: ReceiptForTurn;
}

export interface StartQueued extends WantedNow {
  /** null: the first one. */
  readonly messageId: string | null;
  /** While a turn runs the message goes to it. */
  readonly steer: boolean;
}

export type QueueStart =
  | { readonly type: "started"; readonly turnId: string }
  | { readonly type: "refused"; readonly error: ProtocolError };

export class ThreadQueue {
  readonly #host: QueueHost;
  #last: Promise<unknown> = Promise.resolve();
  /** The runner for want of which the first message could not be started. */
  #awaitedRunner: string | null = null;
  /** Messages of which it was said that their authors may not say them any more. */
  readonly #held = new Set<string>();

  constructor(host: QueueHost) {
    this.#host = host;
  }

  /** Resolves when the change is committed, with the decision that was taken. */
  change(
    decide: (queue: MessageQueue) => QueueDecision,
    receipts: readonly CommandReceipt[] = [],
  ): Promise<QueueDecision> {
    return this.#alone(async () => {
      const decision = decide(this.#host.queue);
      if (decision.type === "change") await this.#host.append([decision.event], receipts);
      return decision;
    });
  }

  /** Starts a turn with a message now. */
  start({ messageId, steer, ...wanted }: StartQueued): Promise<QueueStart> {
    return this.#alone(async () => {
      const found = this.#host.queue.messages.find(({ id }) => messageId === null || id === messageId);
      if (found === undefined) {
        return refused(messageId === null ? errors.queueEmpty() : errors.queuedMessageNotFound(messageId));
      }
      // What its author may not say any more is said, and paid for, by whoever starts it.
      const message = (await this.#maySay(found)) ? found : { ...found, actor: wanted.by };
      const { activeTurnId } = this.#host;
      if (activeTurnId === null) {
        return { type: "started", turnId: await this.#host.startQueued(message, wanted) };
      }
      if (!steer) return refused(errors.turnActive());
      const outcome = await this.#host.steerQueued(activeTurnId, message, wanted);
      return outcome.type === "steered" ? { type: "started", turnId: outcome.turnId } : refused(errors.turnActive());
    });
  }

  /** Whatever may let the next message start has happened. */
  wake(): void {
    this.#alone(() => this.#startNext()).catch(() => {});
  }

  runnerReached(runner: string): void {
    if (this.#awaitedRunner === runner) this.wake();
  }

  async #startNext(): Promise<void> {
    if (!this.#isFree()) return;
    this.#awaitedRunner = null;
    try {
      const next = await this.#nextSayable();
      // Somebody may have begun a turn meanwhile, whose end asks again.
      if (next !== undefined && this.#isFree()) await this.#host.startQueued(next);
    } catch (reason) {
      // It waits on: the next turn that ends, the next who opens the thread or the runner's return tries again.
      if (reason instanceof OwnershipLost) return;
      if (reason instanceof RunnerAbsent) this.#awaitedRunner = reason.runner;
      const why = reason instanceof Error ? reason.message : String(reason);
      const message = `A queued message could not be started: ${why}`;
      await this.#host.append([{ type: "warning.reported", turnId: null, message, runner: null }]);
    }
  }

  #isFree(): boolean {
    const { queue, activeTurnId, isStopped } = this.#host;
    return queue.messages.length > 0 && !queue.isPaused && activeTurnId === null && !isStopped;
  }

  /** Those before it stay, for whoever may change, start or take them back; why is told once. */
  async #nextSayable(): Promise<QueuedMessage | undefined> {
    for (const message of this.#host.queue.messages) {
      if (await this.#maySay(message)) return message;
      if (this.#held.has(message.id)) continue;
      const warning = `A queued message waits: ${message.actor?.name ?? "its author"} may not write in this thread any more. Whoever may can start it as their own.`;
      await this.#host.append([{ type: "warning.reported", turnId: null, message: warning, runner: null }]);
      this.#held.add(message.id);
    }
    return undefined;
  }

  /** A message waits longer than rights may last. */
  async #maySay({ actor }: QueuedMessage): Promise<boolean> {
    return actor === null || (await this.#host.mayPrompt(actor.memberId));
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

function refused(error: ProtocolError): QueueStart {
  return { type: "refused", error };
}
