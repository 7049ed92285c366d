/**
 * One turn, from `turn.started` to `turn.completed`: ask the model, run what it calls, ask again, until it has nothing
 * more to do. Everything that happens is an event in the log, and a request is made of nothing but what the log holds.
 *
 * Three things run at once: the model's stream, the tools that it has called, and people who steer or interrupt. The
 * stream and the tools only ever append to the log; decisions are made in one place, between requests (`loop`).
 */
import type { ThreadSettings, TurnError } from "@skein/timeline/event";
import type { ResponseOutputItem, ResponseStreamEvent } from "openai/resources/responses/responses";
import { type Attempts, decideRetry, noAttempts } from "../model/retry.ts";
import { deriveRetryError, deriveTurnError } from "../model/turn-error.ts";
import { historyItems } from "../thread/history.ts";
import { finishTurn, type TurnEnd } from "./finish-turn.ts";
import { deriveRequest } from "./request.ts";
import { type SampleEnd, sample } from "./sample.ts";
import { StreamedItems } from "./streamed-items.ts";
import { tellModel } from "./tell-model.ts";
import { ToolRuns } from "./tool-runs.ts";
import type { TurnInput, TurnPorts } from "./turn-input.ts";
import { openScope, type TurnScope } from "./turn-scope.ts";
import { deriveUsageUpdate } from "./usage.ts";
import { UserMessages } from "./user-messages.ts";

const defaultStreamIdleMs = 300_000;

/**
 * Resolves when `turn.completed` is committed, whatever the turn's outcome. Rejects, with nothing more written, only
 * when the log refused an append (`OwnershipLost` and its like).
 */
export async function runTurn(input: TurnInput, ports: TurnPorts): Promise<void> {
  const scope = openScope(input, ports);
  const turn = new RunningTurn(scope);
  try {
    await finishTurn(scope, turn, await turn.run());
  } finally {
    scope.release();
  }
}

class RunningTurn {
  readonly startedAt: number;
  readonly startedMonotonic: number;
  readonly messages: UserMessages;
  readonly tools: ToolRuns;
  readonly #scope: TurnScope;
  /** Aborting it ends the request, or the wait before the next one, for a steer; null while there is none. */
  #sampling: AbortController | null = null;

  constructor(scope: TurnScope) {
    this.#scope = scope;
    this.startedAt = scope.ports.clock.now();
    this.startedMonotonic = scope.ports.clock.monotonic();
    this.messages = new UserMessages(scope);
    this.tools = new ToolRuns(scope);
  }

  async run(): Promise<TurnEnd> {
    const { input, journal } = this.#scope;
    try {
      const { turnId, actor } = input;
      journal.post([{ type: "turn.started", turnId, actor }, ...this.messages.begin()], this.messages.receipts);
      input.steering.listen(() => this.#onSteer());
      return await this.#loop();
    } catch (error) {
      if (journal.failure !== null) throw journal.failure.error;
      return { type: "failed", error: unforeseen(error) };
    }
  }

  /** A steer cuts the request short at once. While tools run it is shown and waits for them. */
  #onSteer(): void {
    if (this.#sampling === null) this.messages.recordArrivals();
    else this.#sampling.abort();
  }

  async #loop(): Promise<TurnEnd> {
    let attempts = noAttempts;
    for (;;) {
      await tellModel(this.#scope, this.messages);
      if (this.#scope.signal.aborted) return { type: "interrupted" };
      // A steer may have come while the last words were being committed.
      if (this.messages.isWaiting) continue;
      const { end, hasCalls } = await this.#sample();
      await this.#takeOutputs();
      if (this.#scope.signal.aborted) return { type: "interrupted" };
      switch (end.type) {
        case "stopped":
          continue;
        case "completed":
          attempts = noAttempts;
          if (hasCalls || !end.endsTurn || this.messages.isWaiting) continue;
          // In the same step as the check above, so that no steer falls between.
          this.#scope.input.steering.close();
          return { type: "completed" };
        case "failed": {
          const next = await this.#afterFailure(end, attempts);
          if (next === null) return { type: "failed", error: deriveTurnError(end.failure) };
          attempts = next;
        }
      }
    }
  }

  async #sample(): Promise<{ end: SampleEnd; hasCalls: boolean }> {
    const { input, ports, journal, signal } = this.#scope;
    const { settings, history, totalUsage } = input.state();
    const model = ports.modelInfo(settings.model);
    const tools = settings.tools && ports.environment !== null ? ports.tools : [];
    const { threadId, outputSchema } = input;
    const request = deriveRequest({ threadId, settings, model, history: historyItems(history), tools, outputSchema });
    const items = new StreamedItems({ turnId: input.turnId, journal, clock: ports.clock, ids: ports.ids });
    const end = await this.#steerable((stop) =>
      sample(request, {
        model: ports.model,
        clock: ports.clock,
        idleMs: ports.streamIdleMs ?? defaultStreamIdleMs,
        signal: AbortSignal.any([signal, stop]),
        onEvent: (event) => this.#hear(event, items, settings),
      }),
    );
    journal.post(items.cutShort());
    if (end.type === "completed" && end.usage !== null) {
      journal.post([deriveUsageUpdate(input.turnId, totalUsage, end.usage, model)]);
    }
    return { end, hasCalls: !this.tools.isEmpty };
  }

  #hear(event: ResponseStreamEvent, items: StreamedItems, settings: ThreadSettings): void {
    if (event.type === "response.output_item.done") this.#itemDone(event.item, items, settings);
    else items.hear(event);
  }

  #itemDone(raw: ResponseOutputItem, items: StreamedItems, settings: ThreadSettings): void {
    const { input, journal } = this.#scope;
    const { turnId } = input;
    const committed = journal.emit([...items.done(raw), { type: "model.items", turnId, items: [raw], context: null }]);
    committed.catch(() => {});
    if (raw.type === "function_call") {
      const call = { callId: raw.call_id, name: raw.name, input: raw.arguments, kind: "function" } as const;
      this.tools.start(call, committed, settings);
    } else if (raw.type === "custom_tool_call") {
      const call = { callId: raw.call_id, name: raw.name, input: raw.input, kind: "custom" } as const;
      this.tools.start(call, committed, settings);
    }
  }

  async #takeOutputs(): Promise<void> {
    if (this.tools.isEmpty) return;
    this.messages.recordArrivals();
    const items = await this.tools.outputs();
    this.#scope.journal.post([{ type: "model.items", turnId: this.#scope.input.turnId, items, context: null }]);
  }

  /** Waits before the next attempt and gives what has been attempted; null when the turn has to fail. */
  async #afterFailure(end: Extract<SampleEnd, { type: "failed" }>, attempts: Attempts): Promise<Attempts | null> {
    const { input, ports, journal, signal } = this.#scope;
    const decision = decideRetry(end.failure, attempts, Math.random());
    if (decision.type === "fail") return null;
    if (decision.notice !== null) {
      const error = deriveRetryError(end.failure, decision.notice);
      journal.post([{ type: "error.reported", turnId: input.turnId, error, willRetry: true }]);
    }
    await this.#steerable(async (stop) => {
      if (this.messages.isWaiting) return;
      await ports.clock.sleep(decision.delayMs, AbortSignal.any([signal, stop])).catch(() => {});
    });
    return decision.attempts;
  }

  async #steerable<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    const sampling = new AbortController();
    this.#sampling = sampling;
    try {
      return await work(sampling.signal);
    } finally {
      this.#sampling = null;
    }
  }
}

/** A fault of ours: people get a sentence, the cause goes into the details for whoever operates the server. */
function unforeseen(error: unknown): TurnError {
  const details = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { kind: "other", message: "The turn ended because of an internal error.", httpStatusCode: null, details };
}
