/** Calls of the model in its history that have no output. */
import type { ResponseInputItem } from "openai/resources/responses/responses";
import type { ToolCall } from "../tools/tool.ts";

interface RawCall {
  readonly type?: string;
  readonly call_id?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly input?: string;
}

/** In the order in which the model made them. */
export function unansweredCalls(history: readonly unknown[]): readonly ToolCall[] {
  const open = new Map<string, ToolCall>();
  for (const item of history as readonly RawCall[]) {
    const { type, call_id: callId, name = "" } = item;
    if (callId === undefined) continue;
    if (type === "function_call") open.set(callId, { callId, name, input: item.arguments ?? "", kind: "function" });
    else if (type === "custom_tool_call") open.set(callId, { callId, name, input: item.input ?? "", kind: "custom" });
    else open.delete(callId);
  }
  return [...open.values()];
}

export function outputItem(call: Pick<ToolCall, "callId" | "kind">, output: string): ResponseInputItem {
  return call.kind === "custom"
    ? { type: "custom_tool_call_output", call_id: call.callId, output }
    : { type: "function_call_output", call_id: call.callId, output };
}
