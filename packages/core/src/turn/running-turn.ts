/**
 * One turn, from its start, or from where an earlier node left it, to `turn.completed`: ask the model, run what it calls,
 * ask again, until it has nothing more to do. Everything that happens is an event in the log, and a request is made of
 * nothing but what the log holds.
 *
 * Three things run at once: the model's stream, the tools that it has called, and people who steer or interrupt. The
 * stream and the tools only ever append to the log; decisions are made in one place, between requests (`loop`).
 */
import type { ThreadEventBody, ThreadSettings, TurnError } from "@skein/timeline/event";
import type { ResponseOutputItem, ResponseStreamEvent } from "openai/resources/responses/responses";
import { estimateInputTokens } from "../model/estimate-tokens.ts";
import { type Attempts, decideRetry, noAttempts } from "../model/retry.ts";
import { deriveRetryError, deriveTurnError } from "../model/turn-error.ts";
import type { Admission } from "../ports.ts";
import { historyItems } from "../thread/history.ts";
import type { TurnPatches } from "../tools/patch/turn-diff.ts";
import type { ContinuedCall } from "./derive-continuation.ts";
import { finishTurn, type TurnEnd } from "./finish-turn.ts";
import { type ModelCall, openCall } from "./model-call.ts";
import { deriveRequest } from "./request.ts";
import { type SampleEnd, sample } from "./sample.ts";
import { StreamedItems } from "./streamed-items.ts";
import { tellModel } from "./tell-model.ts";
import { ToolRuns } from "./tool-runs.ts";
import type { TurnScope } from "./turn-scope.ts";
import { deriveUsageUpdate, tokenCounts } from "./usage.ts";
import { type SaidMessage, UserMessages } from "./user-messages.ts";

const defaultStreamIdleMs = 300_000;

/** Where a turn begins for this node. */
export interface Beginning {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The first that it writes. */
  readonly events: readonly ThreadEventBody[];
  /** Calls that an earlier node has left to be carried out. */
  readonly calls: readonly ContinuedCall[];
  /** What people have said and the model has not been told. */
  readonly untold: readonly SaidMessage[];
  readonly patches: TurnPatches;
  readonly attempts: Attempts;
}

/** Resolves when the turn's last event is committed. */
export async function carryOut(scope: TurnScope, beginning: Beginning): Promise<void> {
  const turn = new RunningTurn(scope, beginning);
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
  readonly #beginning: Beginning;
  /** Aborting it ends the request, or the wait before the next one, for a steer; null while there is none. */
  #sampling: AbortController | null = null;

  constructor(scope: TurnScope, beginning: Beginning) {
    this.#scope = scope;
    this.#beginning = beginning;
    this.startedAt = beginning.startedAt;
    const { clock } = scope.ports;
    // By the clocks of two machines no time goes back either.
    this.startedMonotonic = clock.monotonic() - Math.max(0, clock.now() - beginning.startedAt);
    this.messages = new UserMessages(scope, beginning.untold);
    this.tools = new ToolRuns(scope, beginning.patches, () => this.messages.isWaiting);
  }

  async run(): Promise<TurnEnd> {
    const { input, journal } = this.#scope;
    try {
      const begun = journal.emit([...this.#beginning.events, ...this.messages.begin()], this.messages.receipts);
      begun.catch(() => {});
      const { settings } = input.state();
      for (const { call, asked } of this.#beginning.calls) this.tools.start(call, begun, settings, asked);
      input.steering.listen(() => this.#onSteer());
      return await this.#loop();
    } catch (error) {
      if (journal.failure !== null) throw journal.failure.error;
      return { type: "failed", error: unforeseen(error) };
    }
  }

  /** A steer cuts the request short at once. While tools run it is shown and waits for them. */
  #onSteer(): void {
    if (this.#sampling === null) this.#recordArrivals();
    else this.#sampling.abort();
  }

  #recordArrivals(): void {
    this.messages.recordArrivals();
    if (this.messages.isWaiting) this.tools.withdrawQuestions();
  }

  async #loop(): Promise<TurnEnd> {
    let { attempts } = this.#beginning;
    await this.#takeOutputs();
    for (;;) {
      await tellModel(this.#scope, this.messages);
      const cutOff = this.#cutOff();
      if (cutOff !== null) return cutOff;
      // A steer may have come while the last words were being committed.
      if (this.messages.isWaiting) continue;
      const call = await this.#admit();
      // Somebody has spoken, interrupted or taken the node away meanwhile.
      if (call === null) continue;
      if (call.type === "refused") return { type: "failed", error: call.error };
      if (this.messages.isWaiting) {
        this.#scope.journal.note(call.call.ended(null, false));
        continue;
      }
      const { end, hasCalls } = await this.#sample(call.call);
      await this.#takeOutputs();
      const cutOffSince = end.type === "completed" && !hasCalls ? this.#interruption() : this.#cutOff();
      if (cutOffSince !== null) return cutOffSince;
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

  /** Whether the loop may not go on. */
  #cutOff(): TurnEnd | null {
    return this.#interruption() ?? (this.#scope.input.handover.begun.aborted ? { type: "handedOver" } : null);
  }

  #interruption(): TurnEnd | null {
    return this.#scope.signal.aborted ? { type: "interrupted" } : null;
  }

  /** null: the wait was cut short. */
  async #admit(): Promise<{ type: "granted"; call: ModelCall } | Extract<Admission, { type: "refused" }> | null> {
    const { input, ports, signal } = this.#scope;
    const state = input.state();
    const planned = {
      turnId: input.turnId,
      actor: input.actor,
      model: state.settings.model,
      inputTokens: () => estimateInputTokens(state),
    };
    return this.#steerable(async (stop) => {
      const sooner = AbortSignal.any([signal, stop, input.handover.begun]);
      try {
        const admission = await ports.gate.admit(planned, sooner);
        return admission.type === "granted" ? { type: "granted", call: openCall(planned, admission.call) } : admission;
      } catch (error) {
        if (sooner.aborted) return null;
        throw error;
      }
    });
  }

  async #sample(call: ModelCall): Promise<{ end: SampleEnd; hasCalls: boolean }> {
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
        signal: AbortSignal.any([signal, stop, input.handover.begun]),
        onEvent: (event) => {
          call.hear(event);
          this.#hear(event, items, settings);
        },
      }),
    );
    const usage = end.type === "completed" ? end.usage : null;
    journal.note(call.ended(usage === null ? null : tokenCounts(usage), end.type === "completed"));
    journal.post(items.cutShort());
    if (end.type === "completed") {
      const { turnId } = input;
      const used = usage === null ? [] : [deriveUsageUpdate(turnId, totalUsage, usage, model)];
      journal.post([{ type: "response.completed", turnId, endsTurn: end.endsTurn }, ...used]);
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
    const record = { type: "model.items", turnId, items: [raw], context: null, tells: [] } as const;
    const committed = journal.emit([...items.done(raw), record]);
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
    this.#recordArrivals();
    const items = await this.tools.outputs();
    if (items.length === 0) return;
    const { turnId } = this.#scope.input;
    this.#scope.journal.post([{ type: "model.items", turnId, items, context: null, tells: [] }]);
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
      const sooner = AbortSignal.any([signal, stop, input.handover.begun]);
      await ports.clock.sleep(decision.delayMs, sooner).catch(() => {});
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
