/** A reply as the Responses API streams it: the same events, in the same order, at the pace of somebody typing fast. */
import type {
  Response as ModelResponse,
  ResponseCreateParamsStreaming,
  ResponseOutputItem,
  ResponseStreamEvent,
} from "openai/resources/responses/responses";
import type { Reply, ReplyPart } from "./reply.ts";

export interface StreamOptions {
  readonly newId: (prefix: string) => string;
  /** Waits between tokens; rejects when the client went away. */
  readonly pause: (slowness: number) => Promise<void>;
}

/** `sequence_number` is added by the generator around it. */
type Unnumbered<T> = T extends ResponseStreamEvent ? Omit<T, "sequence_number"> : never;
type Event = Unnumbered<ResponseStreamEvent>;

export async function* streamReply(
  request: ResponseCreateParamsStreaming,
  reply: Reply,
  options: StreamOptions,
): AsyncGenerator<ResponseStreamEvent> {
  let sequenceNumber = 0;
  for await (const event of eventsOf(request, reply, options)) {
    yield { ...event, sequence_number: sequenceNumber++ } as ResponseStreamEvent;
  }
}

async function* eventsOf(
  request: ResponseCreateParamsStreaming,
  reply: Reply,
  options: StreamOptions,
): AsyncGenerator<Event> {
  const response = startedResponse(request, options.newId("resp"));
  yield { type: "response.created", response };
  const output: ResponseOutputItem[] = [];
  let written = "";
  for (const [index, part] of reply.parts.entries()) {
    const breaksOff = reply.failure !== null && index === reply.parts.length - 1;
    for await (const event of partEvents(part, output.length, options)) {
      if (breaksOff && event.type === "response.output_item.done") break;
      if (event.type === "response.output_item.done") output.push(event.item);
      yield event;
    }
    written += writtenText(part);
  }
  const usage = usageOf(request, written);
  if (reply.failure !== null) {
    yield { type: "response.failed", response: { ...response, status: "failed", error: reply.failure, output, usage } };
    return;
  }
  yield { type: "response.completed", response: { ...response, status: "completed", output, usage } };
}

async function* partEvents(part: ReplyPart, outputIndex: number, options: StreamOptions): AsyncGenerator<Event> {
  const at = { output_index: outputIndex };
  switch (part.type) {
    case "reasoning":
      yield* reasoningEvents(part.summary, outputIndex, options);
      return;
    case "message":
      yield* messageEvents(part, outputIndex, options);
      return;
    case "functionCall": {
      const call = { type: "function_call", name: part.name, call_id: options.newId("call") } as const;
      const item = { ...call, id: options.newId("fc"), arguments: part.arguments, status: "completed" } as const;
      yield { type: "response.output_item.added", ...at, item: { ...item, arguments: "", status: "in_progress" } };
      const own = { item_id: item.id, ...at };
      yield { type: "response.function_call_arguments.delta", ...own, delta: part.arguments };
      yield { type: "response.function_call_arguments.done", ...own, arguments: part.arguments };
      yield { type: "response.output_item.done", ...at, item };
      return;
    }
    case "customCall": {
      const call = { type: "custom_tool_call", name: part.name, call_id: options.newId("call") } as const;
      const item = { ...call, id: options.newId("ctc"), input: part.input } as const;
      yield { type: "response.output_item.added", ...at, item: { ...item, input: "" } };
      const own = { item_id: item.id, ...at };
      for (const line of part.input.split(/(?<=\n)/)) {
        await options.pause(1);
        yield { type: "response.custom_tool_call_input.delta", ...own, delta: line };
      }
      yield { type: "response.custom_tool_call_input.done", ...own, input: part.input };
      yield { type: "response.output_item.done", ...at, item };
      return;
    }
  }
}

async function* reasoningEvents(summary: string, outputIndex: number, options: StreamOptions): AsyncGenerator<Event> {
  const item = { id: options.newId("rs"), type: "reasoning", summary: [] } as const;
  yield { type: "response.output_item.added", output_index: outputIndex, item: { ...item, summary: [] } };
  const at = { item_id: item.id, output_index: outputIndex, summary_index: 0 };
  const part = (text: string) => ({ type: "summary_text", text }) as const;
  yield { type: "response.reasoning_summary_part.added", ...at, part: part("") };
  for (const delta of tokens(summary)) {
    await options.pause(1);
    yield { type: "response.reasoning_summary_text.delta", ...at, delta };
  }
  yield { type: "response.reasoning_summary_text.done", ...at, text: summary };
  yield { type: "response.reasoning_summary_part.done", ...at, part: part(summary) };
  yield { type: "response.output_item.done", output_index: outputIndex, item: { ...item, summary: [part(summary)] } };
}

async function* messageEvents(
  part: Extract<ReplyPart, { type: "message" }>,
  outputIndex: number,
  options: StreamOptions,
): AsyncGenerator<Event> {
  const item = { id: options.newId("msg"), type: "message", role: "assistant", phase: part.phase } as const;
  const open = { ...item, status: "in_progress", content: [] } as const;
  yield { type: "response.output_item.added", output_index: outputIndex, item: { ...open, content: [] } };
  const at = { item_id: item.id, output_index: outputIndex, content_index: 0 };
  const content = (text: string) => ({ type: "output_text", text, annotations: [] }) as const;
  yield { type: "response.content_part.added", ...at, part: { ...content(""), annotations: [] } };
  for (const delta of tokens(part.text)) {
    await options.pause(part.slowness);
    yield { type: "response.output_text.delta", ...at, delta, logprobs: [] };
  }
  yield { type: "response.output_text.done", ...at, text: part.text, logprobs: [] };
  const whole = { ...content(part.text), annotations: [] };
  yield { type: "response.content_part.done", ...at, part: whole };
  const done = { ...item, status: "completed", content: [whole] } as const;
  yield { type: "response.output_item.done", output_index: outputIndex, item: { ...done, content: [whole] } };
}

/** Words with the space after them. */
function tokens(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

function writtenText(part: ReplyPart): string {
  switch (part.type) {
    case "reasoning":
      return part.summary;
    case "message":
      return part.text;
    case "functionCall":
      return part.arguments;
    case "customCall":
      return part.input;
  }
}

function startedResponse(request: ResponseCreateParamsStreaming, id: string): ModelResponse {
  return {
    id,
    object: "response",
    access_programs: null,
    created_at: 0,
    model: request.model ?? "demo",
    status: "in_progress",
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: null,
    output: [],
    output_text: "",
    parallel_tool_calls: true,
    temperature: null,
    tool_choice: "auto",
    tools: [],
    top_p: null,
  };
}

/** Four bytes of JSON for a token, which is close for English. */
function usageOf(request: ResponseCreateParamsStreaming, written: string): NonNullable<ModelResponse["usage"]> {
  const inputTokens = Math.ceil(JSON.stringify(request.input ?? "").length / 4);
  const outputTokens = Math.ceil(written.length / 4);
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}
