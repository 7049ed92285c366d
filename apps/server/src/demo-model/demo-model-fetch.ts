/**
 * The built-in demo model, for the `openai` SDK as its `fetch`: no key, no network, no HTTP route. It answers
 * `POST …/responses` as the API does, so that the agent's real loop, tools, sandbox and log are at work behind it.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { ResponseCreateParamsStreaming } from "openai/resources/responses/responses";
import { decideReply } from "./decide-reply.ts";
import { streamReply } from "./stream-reply.ts";

export interface DemoModelOptions {
  /** Between two words; 0 streams as fast as it is read. */
  readonly tokenDelayMs?: number;
}

const defaultTokenDelayMs = 20;

export function createDemoModelFetch(options: DemoModelOptions = {}): typeof fetch {
  const tokenDelayMs = options.tokenDelayMs ?? defaultTokenDelayMs;
  return async (target, init) => {
    init?.signal?.throwIfAborted();
    const url = new URL(target instanceof Request ? target.url : target);
    if (init?.method?.toUpperCase() !== "POST" || !url.pathname.endsWith("/responses")) {
      return errorResponse(404, `the demo model answers POST /responses, not ${init?.method ?? "GET"} ${url.pathname}`);
    }
    const request = readRequest(init.body);
    if (request === null) return errorResponse(400, "the demo model needs a JSON body with stream: true");
    return new Response(eventStream(request, tokenDelayMs, init.signal ?? null), {
      status: 200,
      headers: { "content-type": "text/event-stream", "x-request-id": randomUUID() },
    });
  };
}

function readRequest(body: RequestInit["body"]): ResponseCreateParamsStreaming | null {
  if (typeof body !== "string") return null;
  try {
    const request: unknown = JSON.parse(body);
    const streams = typeof request === "object" && request !== null && "stream" in request && request.stream === true;
    return streams ? (request as ResponseCreateParamsStreaming) : null;
  } catch {
    return null;
  }
}

/** Errors with the abort's reason when the caller aborts, ends its timers when the reader goes away. */
function eventStream(
  request: ResponseCreateParamsStreaming,
  tokenDelayMs: number,
  callerSignal: AbortSignal | null,
): ReadableStream<Uint8Array> {
  const readerLeft = new AbortController();
  const signal = callerSignal === null ? readerLeft.signal : AbortSignal.any([callerSignal, readerLeft.signal]);
  const events = streamReply(request, decideReply(request), {
    newId: (prefix) => `${prefix}_${randomUUID().replaceAll("-", "")}`,
    pause: async (slowness) => {
      signal.throwIfAborted();
      if (tokenDelayMs > 0) await delay(tokenDelayMs * slowness, undefined, { signal });
    },
  });
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await events.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(`event: ${next.value.type}\ndata: ${JSON.stringify(next.value)}\n\n`));
      } catch (error) {
        controller.error(signal.aborted ? signal.reason : error);
      }
    },
    cancel() {
      readerLeft.abort();
    },
  });
}

function errorResponse(status: number, message: string): Response {
  return Response.json({ error: { message, type: "invalid_request_error", code: null, param: null } }, { status });
}
