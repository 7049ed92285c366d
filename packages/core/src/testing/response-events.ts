/** Events of the Responses API, as a provider streams them; for scripts. */
import type { ResponseStreamEvent } from "openai/resources/responses/responses";

/** Scripts write only what matters; the SDK's types ask for every field of an event. */
function event(fields: { type: string } & Record<string, unknown>): ResponseStreamEvent {
  return fields as unknown as ResponseStreamEvent;
}

export interface ScriptedUsage {
  readonly input?: number;
  readonly cached?: number;
  readonly output?: number;
  readonly reasoning?: number;
}

export function evCreated(id = "resp"): ResponseStreamEvent {
  return event({ type: "response.created", response: { id, status: "in_progress", output: [] } });
}

export function evCompleted(more: { usage?: ScriptedUsage; endTurn?: boolean } = {}): ResponseStreamEvent {
  const { input = 100, cached = 0, output = 10, reasoning = 0 } = more.usage ?? {};
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
  const endTurn = more.endTurn === undefined ? {} : { end_turn: more.endTurn };
  return event({
    type: "response.completed",
    response: { id: "resp", status: "completed", output: [], usage, ...endTurn },
  });
}

export function evFailed(code: string, message: string): ResponseStreamEvent {
  return event({ type: "response.failed", response: { id: "resp", status: "failed", error: { code, message } } });
}

export function evIncomplete(reason: string): ResponseStreamEvent {
  return event({ type: "response.incomplete", response: { id: "resp", incomplete_details: { reason } } });
}

export function evMessageAdded(id: string, phase: "commentary" | "final_answer" | null = null): ResponseStreamEvent {
  const item = { type: "message", id, role: "assistant", status: "in_progress", content: [], phase };
  return event({ type: "response.output_item.added", output_index: 0, item });
}

export function evTextDelta(id: string, delta: string): ResponseStreamEvent {
  return event({ type: "response.output_text.delta", item_id: id, output_index: 0, content_index: 0, delta });
}

export function evItemDone(item: Record<string, unknown>): ResponseStreamEvent {
  return event({ type: "response.output_item.done", output_index: 0, item });
}

export function evMessageDone(
  id: string,
  text: string,
  phase: "commentary" | "final_answer" | null = null,
): ResponseStreamEvent {
  const content = [{ type: "output_text", text, annotations: [] }];
  return evItemDone({ type: "message", id, role: "assistant", status: "completed", content, phase });
}

/** A whole message: announced, streamed word by word, done. */
export function evMessage(
  id: string,
  text: string,
  phase: "commentary" | "final_answer" | null = null,
): readonly ResponseStreamEvent[] {
  const deltas = (text.match(/\S+\s*|\s+/g) ?? []).map((word) => evTextDelta(id, word));
  return [evMessageAdded(id, phase), ...deltas, evMessageDone(id, text, phase)];
}

/** A whole reasoning item: summary parts streamed, then done with its sealed content. */
export function evReasoning(id: string, summary: readonly string[], sealed = "sealed"): readonly ResponseStreamEvent[] {
  const parts = summary.flatMap((text, index) => [
    event({ type: "response.reasoning_summary_part.added", item_id: id, summary_index: index, output_index: 0 }),
    event({ type: "response.reasoning_summary_text.delta", item_id: id, summary_index: index, delta: text }),
  ]);
  const done = {
    type: "reasoning",
    id,
    summary: summary.map((text) => ({ type: "summary_text", text })),
    encrypted_content: sealed,
  };
  const added = event({ type: "response.output_item.added", item: { type: "reasoning", id, summary: [] } });
  return [added, ...parts, evItemDone(done)];
}

export function evFunctionCall(callId: string, name: string, args: unknown): ResponseStreamEvent {
  const json = typeof args === "string" ? args : JSON.stringify(args);
  return evItemDone({ type: "function_call", id: `fc_${callId}`, call_id: callId, name, arguments: json });
}

export function evCustomToolCall(callId: string, name: string, input: string): ResponseStreamEvent {
  return evItemDone({ type: "custom_tool_call", id: `ctc_${callId}`, call_id: callId, name, input });
}
