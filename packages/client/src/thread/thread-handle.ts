/** One thread, for programs: what can be done in it, and its events. */
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ParamsInput, ResultOf } from "@skein/protocol/methods";
import type { UserAnswers } from "@skein/protocol/user-question";
import type { ApprovalDecision } from "./approval-decision.ts";
import type { EventStream, EventsOptions } from "./event-stream.ts";

/** All but the thread. */
type InThread<M extends "turn/start" | "turn/steer"> = Omit<ParamsInput<M>, "threadId">;

export interface ThreadPorts {
  request<M extends "turn/start" | "turn/steer" | "turn/interrupt">(
    method: M,
    params: ParamsInput<M>,
  ): Promise<ResultOf<M>>;
  answer(requestId: RequestId, result: unknown): void;
  stream(threadId: string, options: EventsOptions): EventStream;
}

export class ThreadHandle {
  readonly id: string;
  readonly #ports: ThreadPorts;

  constructor(id: string, ports: ThreadPorts) {
    this.id = id;
    this.#ports = ports;
  }

  /**
   * Follows the thread from now on, or from a cursor: every event once and in order, over any number of connections. Ends
   * when the thread is deleted or the client closed; rejects when the thread cannot be read. Leaving the loop, or
   * `return()`, ends it too.
   */
  events(options: EventsOptions = {}): EventStream {
    return this.#ports.stream(this.id, options);
  }

  /** With a `clientUserMessageId` it is sent again until it is answered; during a turn it steers that turn. */
  startTurn(params: InThread<"turn/start">): Promise<ResultOf<"turn/start">> {
    return this.#ports.request("turn/start", { threadId: this.id, ...params });
  }

  steer(params: InThread<"turn/steer">): Promise<ResultOf<"turn/steer">> {
    return this.#ports.request("turn/steer", { threadId: this.id, ...params });
  }

  interrupt(turnId: string): Promise<ResultOf<"turn/interrupt">> {
    return this.#ports.request("turn/interrupt", { threadId: this.id, turnId });
  }

  /** Decides an approval, by the `requestId` of its `skein/approval/requested`. Kept until the thread says that it is resolved. */
  answerApproval(requestId: RequestId, decision: ApprovalDecision): void {
    this.#ports.answer(requestId, { decision });
  }

  /** The same for one of the kind `questions`, by the ids of its questions. A question without an entry is left open. */
  answerQuestions(requestId: RequestId, answers: UserAnswers): void {
    this.#ports.answer(requestId, { answers });
  }
}
