/** What a sampling request says about where its turn stands. Decided from the request alone, so that a retry gets the same answer. */
import type { Script, Step } from "./script.ts";

export interface ModelRequest {
  readonly model?: string;
  readonly input: readonly InputItem[];
  readonly prompt_cache_key?: string;
  readonly [field: string]: unknown;
}

export interface InputItem {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly { readonly type: string; readonly text?: string }[];
  readonly [field: string]: unknown;
}

export interface Prompt {
  readonly text: string;
  /** Position in the request's input. */
  readonly index: number;
}

const callTypes = new Set(["function_call", "custom_tool_call"]);

/** The last user message that satisfies the condition; every part of its text, joined by line ends. */
export function lastPrompt(request: ModelRequest, condition: (text: string) => boolean): Prompt | null {
  for (let index = request.input.length - 1; index >= 0; index--) {
    const item = request.input[index];
    if (item === undefined || item.role !== "user") continue;
    const text = textOf(item);
    if (condition(text)) return { text, index };
  }
  return null;
}

/**
 * Which of a script's responses the request asks for: the first whose predecessors' calls have all been made since the
 * prompt. Past the script's end the turn gets a plain answer.
 */
export function responseIndex(script: Script, request: ModelRequest, prompt: Prompt): number {
  const made = request.input.slice(prompt.index).filter((item) => callTypes.has(item.type ?? "")).length;
  let calls = 0;
  let index = 0;
  while (index < script.responses.length && calls < made) {
    calls += (script.responses[index] ?? []).filter(isCall).length;
    index++;
  }
  return index;
}

function isCall(step: Step): boolean {
  return step.type === "call" || step.type === "customCall";
}

function textOf(item: InputItem): string {
  if (typeof item.content === "string") return item.content;
  return (item.content ?? []).map((part) => part.text ?? "").join("\n");
}
