/** The body of a sampling request. Everything of it but the tail of `input` is the same from request to request. */
import type { ThreadSettings } from "@skein/timeline/event";
import type { ResponseCreateParamsStreaming, ResponseInput } from "openai/resources/responses/responses";
import type { ModelInfo } from "../ports.ts";
import type { ToolDefinition } from "../tools/tool.ts";

export interface RequestParts {
  readonly threadId: string;
  readonly settings: ThreadSettings;
  readonly model: ModelInfo;
  readonly history: readonly unknown[];
  readonly tools: readonly ToolDefinition[];
  readonly outputSchema: Readonly<Record<string, unknown>> | undefined;
}

export function deriveRequest(parts: RequestParts): ResponseCreateParamsStreaming {
  const { settings, model, tools, outputSchema } = parts;
  const reasoning = deriveReasoning(settings, model);
  return {
    model: settings.model,
    input: parts.history as ResponseInput,
    ...(tools.length === 0 ? {} : toolFields(tools, model)),
    ...(reasoning === null ? {} : { reasoning }),
    // The provider keeps nothing, so reasoning comes back to us sealed and is sent again.
    store: false,
    stream: true,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: parts.threadId,
    ...(outputSchema === undefined ? {} : { text: { format: outputFormat(outputSchema) } }),
  };
}

/** Providers refuse what is said about tools where there are none. */
function toolFields(tools: readonly ToolDefinition[], model: ModelInfo) {
  return {
    tools: tools.map((tool) => tool.spec),
    tool_choice: "auto" as const,
    parallel_tool_calls: model.supportsParallelToolCalls,
  };
}

function deriveReasoning(
  settings: ThreadSettings,
  model: ModelInfo,
): ResponseCreateParamsStreaming["reasoning"] | null {
  const effort = settings.effort ?? model.defaultEffort;
  const summary = settings.summary ?? (model.supportsReasoningSummaries ? "auto" : null);
  const reasoning = {
    ...(effort === null ? {} : { effort }),
    ...(summary === null || summary === "none" ? {} : { summary }),
  };
  // The SDK lists the values of its day; a provider may know more.
  return Object.keys(reasoning).length === 0 ? null : (reasoning as ResponseCreateParamsStreaming["reasoning"]);
}

function outputFormat(schema: Readonly<Record<string, unknown>>) {
  return { type: "json_schema" as const, name: "output_schema", strict: true, schema };
}
