/**
 * The API's server-sent events as bytes. Deltas are assembled from a serialised head and tail: 20,000 of them cost a few
 * milliseconds, so that a benchmark measures the server and not its model.
 */
import type { Phase } from "./script.ts";

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export function event(type: string, fields: Readonly<Record<string, unknown>>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

export function itemAdded(outputIndex: number, item: unknown): string {
  return event("response.output_item.added", { output_index: outputIndex, item });
}

export function itemDone(outputIndex: number, item: unknown): string {
  return event("response.output_item.done", { output_index: outputIndex, item });
}

export function message(
  id: string,
  status: "in_progress" | "completed",
  text: string,
  phase: Phase | undefined,
): object {
  const content = status === "completed" ? [{ type: "output_text", text, annotations: [], logprobs: [] }] : [];
  return { id, type: "message", role: "assistant", status, content, ...(phase === undefined ? {} : { phase }) };
}

/** One event per delta. */
export function textDeltas(itemId: string, outputIndex: number, deltas: Iterable<string>): string {
  const probe = event("response.output_text.delta", {
    item_id: itemId,
    output_index: outputIndex,
    content_index: 0,
    delta: "",
    logprobs: [],
  });
  const cut = probe.indexOf('"delta":""') + '"delta":'.length;
  const head = probe.slice(0, cut);
  const tail = probe.slice(cut + '""'.length);
  let bytes = "";
  for (const delta of deltas) bytes += head + JSON.stringify(delta) + tail;
  return bytes;
}

/** The same text for the same numbers; words apart, so that it wraps on a screen. */
export function* madeUpDeltas(count: number, size: number): Generator<string> {
  for (let index = 0; index < count; index++) yield madeUpDelta(index, size);
}

function madeUpDelta(index: number, size: number): string {
  const digits = String(index);
  return digits.length >= size ? digits.slice(-size) : ` ${digits}`.padStart(size, "x").slice(-size);
}

export function responseObject(
  id: string,
  model: string,
  status: "in_progress" | "completed" | "failed" | "incomplete",
  rest: Readonly<Record<string, unknown>> = {},
): object {
  return {
    id,
    object: "response",
    created_at: 0,
    model,
    status,
    output: [],
    error: null,
    incomplete_details: null,
    ...rest,
  };
}

export function usageObject(usage: Usage): object {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
