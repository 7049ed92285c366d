/** The model port on the `openai` SDK. The SDK's own retries are off: `retry.ts` decides, and people see it. */
import OpenAI from "openai";
import type { ResponseCreateParamsStreaming, ResponseStreamEvent } from "openai/resources/responses/responses";
import type { Model } from "../ports.ts";

export interface ResponsesModelOptions {
  readonly apiKey: string;
  /** Absent: OpenAI's own. */
  readonly baseURL?: string;
  /** Absent: the platform's. The demo model and the tests come in here. */
  readonly fetch?: typeof fetch;
  /** Until the provider's headers; the body is watched by the turn's own idle timer. */
  readonly headerTimeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const defaultHeaderTimeoutMs = 300_000;

export class ResponsesModel implements Model {
  readonly #client: OpenAI;

  constructor(options: ResponsesModelOptions) {
    this.#client = new OpenAI({
      apiKey: options.apiKey,
      // Never from the environment: OPENAI_BASE_URL is the operator's, this client may be a tenant's.
      baseURL: options.baseURL ?? "https://api.openai.com/v1",
      organization: null,
      project: null,
      maxRetries: 0,
      timeout: options.headerTimeoutMs ?? defaultHeaderTimeoutMs,
      logLevel: "off",
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
      ...(options.headers === undefined ? {} : { defaultHeaders: options.headers }),
    });
  }

  async stream(
    request: ResponseCreateParamsStreaming,
    signal: AbortSignal,
  ): Promise<AsyncIterable<ResponseStreamEvent>> {
    return await this.#client.responses.create(request, { signal });
  }
}
