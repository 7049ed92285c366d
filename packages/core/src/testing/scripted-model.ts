/**
 * A model that answers from a script, one entry per request, and remembers what it was sent. It behaves as the SDK
 * does: an abort ends the iteration without a word, a script without a last event is a stream that broke off.
 */
import { APIError } from "openai";
import type { ResponseCreateParamsStreaming, ResponseStreamEvent } from "openai/resources/responses/responses";
import type { Model } from "../ports.ts";
import { Gate } from "./gate.ts";

export type ScriptStep =
  | ResponseStreamEvent
  /** The stream waits here. */
  | Gate
  /** The stream breaks here. */
  | Error
  /** The stream says nothing more until it is aborted. */
  | "silence";

/** An error instead of steps: the request itself fails. */
export type ScriptedResponse = readonly ScriptStep[] | Error;

export class ScriptedModel implements Model {
  readonly #responses: ScriptedResponse[];
  /** As JSON, taken when the request was made. */
  readonly #requests: string[] = [];

  constructor(responses: readonly ScriptedResponse[]) {
    this.#responses = [...responses];
  }

  get requests(): readonly ResponseCreateParamsStreaming[] {
    return this.#requests.map((json) => JSON.parse(json));
  }

  /** The `input` of one request, each item as JSON. */
  inputOf(index: number): readonly string[] {
    const input = this.requests[index]?.input;
    if (!Array.isArray(input)) throw new Error(`There was no request ${index}.`);
    return input.map((item) => JSON.stringify(item));
  }

  async stream(
    request: ResponseCreateParamsStreaming,
    signal: AbortSignal,
  ): Promise<AsyncIterable<ResponseStreamEvent>> {
    this.#requests.push(JSON.stringify(request));
    const response = this.#responses.shift();
    if (response === undefined) throw new Error(`Nothing is scripted for request ${this.#requests.length}.`);
    if (response instanceof Error) throw response;
    return play(response, signal);
  }
}

async function* play(steps: readonly ScriptStep[], signal: AbortSignal): AsyncGenerator<ResponseStreamEvent> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  for (const step of steps) {
    if (signal.aborted) return;
    if (step instanceof Gate) await Promise.race([step.pass(), aborted]);
    else if (step === "silence") await aborted;
    else if (step instanceof Error) throw step;
    else yield step;
  }
}

/** What the SDK throws for an answer with an error status. */
export function httpError(status: number, body: Record<string, unknown> = {}): Error {
  return APIError.generate(status, { error: body }, undefined, new Headers());
}

/** What the SDK throws when the connection fails with this code of Node's. */
export function connectionError(code: string): Error {
  const cause = Object.assign(new Error(`connect ${code} 10.0.0.7:443`), { code });
  return APIError.generate(undefined, new TypeError("fetch failed", { cause }), undefined, undefined);
}

/** What the SDK throws when the socket is cut in mid-stream. */
export function socketCut(): Error {
  return new TypeError("terminated", {
    cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }),
  });
}
