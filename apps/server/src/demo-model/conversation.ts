/**
 * What the demo model understands of a sampling request: the prompt it has to react to, and what its own calls since then
 * have brought. Read from the request alone, as with any model behind the Responses API.
 */
import type { ResponseCreateParamsStreaming } from "openai/resources/responses/responses";
import { readToolResult, type ToolResult } from "./tool-result.ts";

export interface AnsweredCall {
  readonly name: string;
  /** Arguments as JSON for a function, free text for a custom tool. */
  readonly input: string;
  /** null: the request holds no output for it. */
  readonly result: ToolResult | null;
}

export interface Conversation {
  readonly prompt: string;
  /** The prompt that was still being worked on when this one came; null when this one began its turn. */
  readonly steeredFrom: string | null;
  /** Since the prompt, in order. */
  readonly calls: readonly AnsweredCall[];
  readonly tools: OfferedTools;
  /** Property names of the JSON that the answer has to be; null for ordinary text. */
  readonly answerProperties: readonly string[] | null;
}

export interface OfferedTools {
  readonly command: boolean;
  readonly patch: boolean;
  readonly plan: boolean;
  /** The person can be asked. */
  readonly question: boolean;
  /** Commands may ask to run outside the sandbox's policy: the approval policy lets them. */
  readonly escalation: boolean;
}

interface Item {
  readonly type?: string;
  readonly role?: string;
  readonly phase?: string;
  readonly content?: unknown;
  readonly name?: string;
  readonly call_id?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly output?: unknown;
}

/** Messages in the user's name that no person wrote: project instructions, the environment, marks of an interrupt. */
const contextPattern = /^\s*<(?:project_instructions|environment_context|turn_aborted|user_shell_command)\b/;
const abortedPattern = /^\s*<turn_aborted>/;

export function readConversation(request: ResponseCreateParamsStreaming): Conversation {
  const input = (typeof request.input === "string" ? [{ role: "user", content: request.input }] : request.input) as
    | readonly Item[]
    | undefined;
  const items = input ?? [];
  const promptIndex = items.findLastIndex((item) => promptText(item) !== null);
  const prompt = promptIndex === -1 ? "" : (promptText(items[promptIndex] ?? {}) ?? "");
  return {
    prompt,
    steeredFrom: promptIndex === -1 ? null : interruptedPrompt(items.slice(0, promptIndex)),
    calls: answeredCalls(items.slice(promptIndex + 1)),
    tools: offeredTools(request, items),
    answerProperties: answerProperties(request),
  };
}

/** The person's words in a message; null when there are none. */
function promptText(item: Item): string | null {
  if (item.role !== "user") return null;
  const parts = textParts(item.content).filter((text) => !contextPattern.test(text));
  return parts.length === 0 ? null : parts.join("\n");
}

/** The prompt before, when nothing has concluded it: no final answer and no interrupt lies between. */
function interruptedPrompt(earlier: readonly Item[]): string | null {
  let worked = false;
  for (const item of earlier.toReversed()) {
    if (item.role === "user") {
      if (textParts(item.content).some((text) => abortedPattern.test(text))) return null;
      const prompt = promptText(item);
      if (prompt !== null) return prompt;
    } else if (item.role === "assistant") {
      if (!worked && item.phase !== "commentary") return null;
    } else if (item.call_id !== undefined) {
      worked = true;
    }
  }
  return null;
}

function answeredCalls(items: readonly Item[]): readonly AnsweredCall[] {
  const outputs = new Map<string, string>();
  for (const item of items) {
    if (item.type === "function_call_output" || item.type === "custom_tool_call_output") {
      outputs.set(item.call_id ?? "", textParts(item.output).join("\n"));
    }
  }
  return items
    .filter((item) => item.type === "function_call" || item.type === "custom_tool_call")
    .map((item) => {
      const output = outputs.get(item.call_id ?? "");
      return {
        name: item.name ?? "",
        input: item.arguments ?? item.input ?? "",
        result: output === undefined ? null : readToolResult(output),
      };
    });
}

function offeredTools(request: ResponseCreateParamsStreaming, items: readonly Item[]): OfferedTools {
  const tools = request.tools ?? [];
  const named = (name: string) => tools.find((tool) => "name" in tool && tool.name === name);
  const command = named("exec_command");
  const parameters = command?.type === "function" ? command.parameters : null;
  const properties = (parameters?.properties ?? {}) as Readonly<Record<string, unknown>>;
  return {
    command: command !== undefined,
    patch: named("apply_patch") !== undefined,
    plan: named("update_plan") !== undefined,
    question: named("request_user_input") !== undefined,
    escalation: "sandbox_permissions" in properties && !mayAskNobody(items),
  };
}

/** The latest word of the permissions that the agent was told. */
function mayAskNobody(items: readonly Item[]): boolean {
  const told = items
    .filter((item) => item.role === "developer")
    .flatMap((item) => textParts(item.content))
    .findLast((text) => text.includes("Approvals: "));
  return told?.includes("Approvals: never") ?? false;
}

function answerProperties(request: ResponseCreateParamsStreaming): readonly string[] | null {
  const format = request.text?.format;
  if (format?.type !== "json_schema") return null;
  const properties = format.schema.properties;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

function textParts(content: unknown): readonly string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: unknown) =>
    typeof part === "object" && part !== null && "text" in part && typeof part.text === "string" ? [part.text] : [],
  );
}
