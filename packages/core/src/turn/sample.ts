/**
 * One sampling request: its stream from the first byte to a verdict. The SDK protects nobody from a stream that ends
 * early, stalls, or reports failure in an event, so all three are found here.
 *
 * The promise settles once, by whichever comes first: the response's last event, a failure, silence, or `signal`.
 * After that the stream may go on for a moment, so that its connection can be used again, but nobody hears it.
 */
import type {
  ResponseCreateParamsStreaming,
  ResponseStreamEvent,
  ResponseUsage,
} from "openai/resources/responses/responses";
import { cutBeforeEnd, deriveEventFailure, deriveThrownFailure, type ModelFailure } from "../model/failure.ts";
import type { Clock, Model } from "../ports.ts";

export type SampleEnd =
  /** `endsTurn: false`: the model wants to go on although it called no tool. */
  | { readonly type: "completed"; readonly usage: ResponseUsage | null; readonly endsTurn: boolean }
  | { readonly type: "stopped" }
  | { readonly type: "failed"; readonly failure: ModelFailure };

export interface SampleOptions {
  readonly model: Model;
  readonly clock: Clock;
  readonly idleMs: number;
  readonly signal: AbortSignal;
  /** Every event but those that end the response. Must not throw. */
  readonly onEvent: (event: ResponseStreamEvent) => void;
}

/** How long a finished stream may take to close before its connection is cut. */
const closeWithinMs = 1_000;

export function sample(request: ResponseCreateParamsStreaming, options: SampleOptions): Promise<SampleEnd> {
  return new Sampling(options).run(request);
}

class Sampling {
  readonly #options: SampleOptions;
  readonly #connection = new AbortController();
  readonly #watch = new AbortController();
  readonly #settled = Promise.withResolvers<SampleEnd>();
  #isOver = false;
  #isOpen = false;
  #heardAt: number;

  constructor(options: SampleOptions) {
    this.#options = options;
    this.#heardAt = options.clock.monotonic();
  }

  async run(request: ResponseCreateParamsStreaming): Promise<SampleEnd> {
    const { signal } = this.#options;
    const stop = () => this.#end({ type: "stopped" });
    if (signal.aborted) return { type: "stopped" };
    signal.addEventListener("abort", stop, { once: true });
    void this.#read(request);
    void this.#watchForSilence();
    try {
      return await this.#settled.promise;
    } finally {
      signal.removeEventListener("abort", stop);
      this.#watch.abort();
    }
  }

  #end(end: SampleEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (end.type === "completed") void this.#closeSoon();
    else this.#connection.abort();
    this.#settled.resolve(end);
  }

  async #read(request: ResponseCreateParamsStreaming): Promise<void> {
    const { clock, model } = this.#options;
    try {
      const events = await model.stream(request, this.#connection.signal);
      this.#isOpen = true;
      for await (const event of events) {
        if (this.#isOver) continue;
        this.#heardAt = clock.monotonic();
        this.#hear(event);
      }
      this.#end({ type: "failed", failure: cutBeforeEnd });
    } catch (error) {
      this.#end({ type: "failed", failure: deriveThrownFailure(error, { streamOpen: this.#isOpen }) });
    } finally {
      this.#connection.abort();
    }
  }

  #hear(event: ResponseStreamEvent): void {
    if (event.type === "response.completed") {
      const { usage } = event.response;
      // Not in the SDK's types: the provider's word that the model is not done.
      const endsTurn = (event.response as { end_turn?: boolean | null }).end_turn !== false;
      this.#end({ type: "completed", usage: usage ?? null, endsTurn });
      return;
    }
    const failure = deriveEventFailure(event);
    if (failure === null) this.#options.onEvent(event);
    else this.#end({ type: "failed", failure });
  }

  async #watchForSilence(): Promise<void> {
    const { clock, idleMs } = this.#options;
    try {
      for (;;) {
        const leftMs = this.#heardAt + idleMs - clock.monotonic();
        if (leftMs <= 0) return this.#end({ type: "failed", failure: { type: "streamIdle", idleMs } });
        await clock.sleep(leftMs, this.#watch.signal);
      }
    } catch {
      // The sleep was aborted: the sampling is over.
    }
  }

  async #closeSoon(): Promise<void> {
    await this.#options.clock.sleep(closeWithinMs, this.#connection.signal).catch(() => {});
    this.#connection.abort();
  }
}
