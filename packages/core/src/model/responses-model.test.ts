import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { evCompleted, evMessage } from "../testing/response-events.ts";
import { sample } from "../turn/sample.ts";
import { ResponsesModel } from "./responses-model.ts";

const request = { model: "m", input: [], stream: true as const };

function sse(events: readonly ResponseStreamEvent[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

/** One sampling request against a provider that gives this answer. */
async function ask(answer: (signal: AbortSignal) => Promise<Response>, signal = new AbortController().signal) {
  const calls: { url: string; authorization: string | null }[] = [];
  const model = new ResponsesModel({
    apiKey: "sk-test",
    baseURL: "http://model.test/v1",
    fetch: async (url, init) => {
      calls.push({ url: String(url), authorization: new Headers(init?.headers).get("authorization") });
      return await answer(init?.signal as AbortSignal);
    },
  });
  const events: string[] = [];
  const onEvent = (event: ResponseStreamEvent) => void events.push(event.type);
  const end = await sample(request, { model, clock: new FakeClock(), idleMs: 1_000, signal, onEvent });
  return { end, events, calls };
}

const asStream = { headers: { "content-type": "text/event-stream" } };

test("a stream is read to its last event", async () => {
  const body = sse([...evMessage("msg_1", "Hi"), evCompleted()]);
  const { end, events, calls } = await ask(async () => new Response(body, asStream));
  expect(end).toMatchObject({ type: "completed", endsTurn: true, usage: { total_tokens: 110 } });
  expect(events).toEqual(["response.output_item.added", "response.output_text.delta", "response.output_item.done"]);
  expect(calls).toEqual([{ url: "http://model.test/v1/responses", authorization: "Bearer sk-test" }]);
});

test("a stream without a last event is a failure", async () => {
  const { end } = await ask(async () => new Response(sse(evMessage("msg_1", "Hi")), asStream));
  expect(end).toMatchObject({ type: "failed", failure: { type: "streamCut" } });
});

test.each([
  [500, {}, { type: "http", status: 500 }],
  [404, { code: "model_not_found", message: "no such model" }, { type: "http", status: 404, code: "model_not_found" }],
  [
    429,
    { type: "usage_limit_reached", resets_at: 12 },
    { type: "http", code: "usage_limit_reached", resetsAt: 12_000 },
  ],
])("status %i is a failure, asked for once", async (status, error, failure) => {
  const { end, calls } = await ask(async () => Response.json({ error }, { status }));
  expect(end).toMatchObject({ type: "failed", failure });
  expect(calls).toHaveLength(1);
});

test("an error event in the stream is the provider's word", async () => {
  const error = { type: "error", code: "rate_limit_exceeded", message: "try again in 20ms", param: null };
  const body = `event: error\ndata: ${JSON.stringify(error)}\n\n`;
  const { end } = await ask(async () => new Response(body, asStream));
  expect(end).toMatchObject({ type: "failed", failure: { type: "response", retryAfterMs: 20 } });
});

test("a refused connection is told from a broken one", async () => {
  const refuse = (code: string) => async () => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code }) });
  };
  expect((await ask(refuse("ECONNREFUSED"))).end).toMatchObject({ failure: { type: "unreachable" } });
  expect((await ask(refuse("ECONNRESET"))).end).toMatchObject({ failure: { type: "transport" } });
});

test("a stop ends the request at once", async () => {
  const stop = new AbortController();
  const { end } = await ask(async (signal) => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(sse(evMessage("msg_1", "Hi"))));
        signal.addEventListener("abort", () => controller.error(signal.reason));
        setImmediate(() => stop.abort());
      },
    });
    return new Response(body, asStream);
  }, stop.signal);
  expect(end).toEqual({ type: "stopped" });
});
