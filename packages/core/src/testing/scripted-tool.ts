/** Tools whose behaviour the test gives, each call with a command item around it. */
import type { CommandItem } from "@skein/timeline/item";
import type { ToolCall, ToolContext, ToolDefinition, ToolOutput } from "../tools/tool.ts";

type Work = (call: ToolCall, context: ToolContext) => Promise<string>;

export function commandItem(call: ToolCall, status: CommandItem["status"] = "inProgress"): CommandItem {
  const nothing = { actions: [], processId: null, output: null, exitCode: null, durationMs: null };
  return { type: "command", id: call.callId, command: call.input, cwd: "/desk", source: "agent", status, ...nothing };
}

/** Opens the item, works, closes it; after an abort it closes it as failed, as tools must. */
export function scriptedTool(name: string, mode: "together" | "alone", work: Work): ToolDefinition {
  return {
    name,
    spec: { type: "function", name, parameters: { type: "object" }, strict: false },
    parallel: mode === "together",
    startsWithItem: true,
    async run(call: ToolCall, context: ToolContext): Promise<ToolOutput> {
      const { turnId } = context;
      const startedAt = context.clock.now();
      await context.emit([{ type: "item.started", turnId, item: commandItem(call) }]);
      const output = await work(call, context);
      const status = context.signal.aborted ? "failed" : "completed";
      const item = { ...commandItem(call, status), output };
      await context.emit([{ type: "item.completed", turnId, item, startedAt }]);
      return { output: context.signal.aborted ? "aborted by user" : output, success: true };
    },
  };
}

/** Resolves when the signal is aborted. */
export function untilAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
