/**
 * A Responses endpoint that does what a test says: for our own server, and for any other server of the protocol that is
 * measured beside it. Listens on loopback, on a port of the system's choice.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { Gates } from "./gates.ts";
import { playResponse, respondWithStatus } from "./play-response.ts";
import { lastPrompt, type ModelRequest, responseIndex } from "./request.ts";
import { type Step, scriptInPrompt } from "./script.ts";

export interface RecordedRequest {
  readonly body: ModelRequest;
  readonly headers: IncomingMessage["headers"];
}

export interface ScriptedModel {
  /** For `OPENAI_BASE_URL` and for `base_url`; ends in /v1. */
  readonly baseUrl: string;
  /** Every sampling request, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** The next responses that no prompt scripts, first in, first out, whoever asks. */
  push(...responses: readonly (readonly Step[])[]): void;
  /** Forgets what was pushed and that nobody has asked for. */
  clear(): void;
  /** Answers requests that nothing else scripts; a short text when absent. */
  answerWith(decide: (request: ModelRequest) => readonly Step[]): void;
  /** Resolves when so many requests have arrived in all. */
  requestCount(count: number): Promise<void>;
  gateReached(name: string, count?: number): Promise<void>;
  releaseGate(name: string): void;
  close(): Promise<void>;
}

const defaultSteps: readonly Step[] = [{ type: "say", deltas: ["The scripted ", "model has nothing ", "to add."] }];
const titleSteps: readonly Step[] = [{ type: "say", deltas: ['{"title":"Scripted thread"}'] }];

export interface ScriptedModelOptions {
  /** Absent: they are kept. A long measurement has no room for them. */
  readonly requests?: "kept" | "dropped";
}

export async function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const model = new Endpoint(options.requests ?? "kept");
  await model.listen();
  return model;
}

class Endpoint implements ScriptedModel {
  readonly requests: RecordedRequest[] = [];
  readonly #gates = new Gates();
  readonly #queue: (readonly Step[])[] = [];
  readonly #attempts = new Map<string, number>();
  readonly #watching: { readonly count: number; readonly resolve: () => void }[] = [];
  readonly #stopped = new AbortController();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #decide: (request: ModelRequest) => readonly Step[] = () => defaultSteps;
  #ids = 0;
  readonly #keeping: "kept" | "dropped";

  constructor(keeping: "kept" | "dropped") {
    this.#keeping = keeping;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  push(...responses: readonly (readonly Step[])[]): void {
    this.#queue.push(...responses);
  }

  clear(): void {
    this.#queue.length = 0;
  }

  answerWith(decide: (request: ModelRequest) => readonly Step[]): void {
    this.#decide = decide;
  }

  requestCount(count: number): Promise<void> {
    if (this.requests.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#watching.push({ count, resolve }));
  }

  gateReached(name: string, count = 1): Promise<void> {
    return this.#gates.reached(name, count);
  }

  releaseGate(name: string): void {
    this.#gates.release(name);
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    this.#gates.releaseAll();
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST" || request.url?.split("?")[0] !== "/v1/responses") {
      respondWithStatus(response, 404);
      return;
    }
    try {
      const body = JSON.parse(await readText(request)) as ModelRequest;
      if (this.#keeping === "kept") this.#record({ body, headers: request.headers });
      await this.#play(body, response);
    } catch (error) {
      if (this.#stopped.signal.aborted || response.destroyed) return;
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else respondWithStatus(response, 400, { error: { message, type: "invalid_request_error", code: "bad_script" } });
    }
  }

  async #play(body: ModelRequest, response: ServerResponse): Promise<void> {
    const left = new AbortController();
    response.once("close", () => left.abort());
    const { steps, attempt } = this.#select(body);
    await playResponse({
      steps,
      attempt,
      response,
      gates: this.#gates,
      model: body.model ?? "scripted",
      newId: (prefix) => `${prefix}_${(++this.#ids).toString().padStart(8, "0")}`,
      signal: AbortSignal.any([left.signal, this.#stopped.signal]),
    });
  }

  /** The prompt's own script first, then what the test pushed, then what the test decides. */
  #select(body: ModelRequest): { steps: readonly Step[]; attempt: number } {
    if (isTitleRequest(body)) return { steps: titleSteps, attempt: 1 };
    const prompt = lastPrompt(body, (text) => text.includes("SCRIPT:"));
    const script = prompt === null ? null : scriptInPrompt(prompt.text);
    if (prompt !== null && script !== null) {
      const index = responseIndex(script, body, prompt);
      return { steps: script.responses[index] ?? defaultSteps, attempt: this.#countAttempt(body, prompt.index, index) };
    }
    return { steps: this.#queue.shift() ?? this.#decide(body), attempt: 1 };
  }

  #countAttempt(body: ModelRequest, promptIndex: number, index: number): number {
    const key = `${body.prompt_cache_key ?? ""}/${promptIndex}/${index}`;
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    return attempt;
  }

  #record(request: RecordedRequest): void {
    this.requests.push(request);
    for (const watcher of this.#watching) if (watcher.count <= this.requests.length) watcher.resolve();
  }
}

/** The stock terminal client asks for a title in a thread of its own, with the prompt's text in it. */
function isTitleRequest(body: ModelRequest): boolean {
  const text = body.text as
    | { format?: { type?: string; schema?: { properties?: Record<string, unknown> } } }
    | undefined;
  return text?.format?.type === "json_schema" && text.format.schema?.properties?.title !== undefined;
}
