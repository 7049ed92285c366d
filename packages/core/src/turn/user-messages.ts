/**
 * What people said to the turn: at its start and while it runs. A message is shown, and safe in the log, as soon as it
 * arrives; the model reads it at the next request.
 */
import type { ThreadEventBody } from "@skein/timeline/event";
import type { UserMessageItem } from "@skein/timeline/item";
import type { CommandReceipt } from "../ports.ts";
import type { TurnUserInput } from "./turn-control.ts";
import type { TurnScope } from "./turn-scope.ts";

/** A message as the log has it. */
export type SaidMessage = Pick<UserMessageItem, "id" | "content">;

export class UserMessages {
  readonly #scope: TurnScope;
  #untold: SaidMessage[];

  /** `untold`: said before this node had the turn. */
  constructor(scope: TurnScope, untold: readonly SaidMessage[] = []) {
    this.#scope = scope;
    this.#untold = [...untold];
  }

  /** A message waits that the model has not been told. */
  get isWaiting(): boolean {
    return this.#untold.length > 0 || !this.#scope.input.steering.isEmpty;
  }

  /** Of the commands that brought the messages with which the turn starts. */
  get receipts(): readonly CommandReceipt[] {
    return this.#scope.input.userInput.flatMap(receiptsOf);
  }

  /** The events of the messages with which the turn starts. */
  begin(): readonly ThreadEventBody[] {
    return this.#scope.input.userInput.flatMap((input) => this.#record(input));
  }

  /** Records steers that have arrived and tells those who sent them. */
  recordArrivals(): void {
    for (const steer of this.#scope.input.steering.takeAll()) {
      this.#scope.journal.emit(this.#record(steer.input), receiptsOf(steer.input)).then(steer.recorded, steer.failed);
    }
  }

  /** What the model is to be told now; each message is given once. */
  takeUntold(): readonly SaidMessage[] {
    return this.#untold.splice(0);
  }

  #record(input: TurnUserInput): readonly ThreadEventBody[] {
    const { turnId } = this.#scope.input;
    const { ids, clock } = this.#scope.ports;
    const { clientId, content, author } = input;
    const by = author === undefined ? {} : { author };
    const item: UserMessageItem = { type: "userMessage", id: input.id ?? ids.uuid(), clientId, content, ...by };
    this.#untold.push(item);
    return [
      ...takingOf(input, turnId),
      { type: "item.started", turnId, item },
      { type: "item.completed", turnId, item, startedAt: clock.now() },
    ];
  }
}

function takingOf({ queuedId, takenBy }: TurnUserInput, turnId: string): readonly ThreadEventBody[] {
  if (queuedId === undefined) return [];
  const by = takenBy === undefined ? {} : { actor: takenBy };
  return [{ type: "queue.taken", messageId: queuedId, turnId, ...by }];
}

function receiptsOf({ receipt }: TurnUserInput): readonly CommandReceipt[] {
  return receipt === undefined ? [] : [receipt];
}
