import { EnvironmentFailure } from "../../ports.ts";
import { parametersOf, parseArguments } from "../parse-arguments.ts";
import type { SessionProcess, ToolContext, ToolDefinition, ToolOutput } from "../tool.ts";
import { limitOutputTokens, limitYieldTime, pollYield, typeYield, writeStdinArguments } from "./command-arguments.ts";
import { presentAborted, presentCommandReport } from "./model-output.ts";

export const writeStdinTool: ToolDefinition = {
  name: "write_stdin",
  parallel: true,
  startsWithItem: false,
  spec: {
    type: "function",
    name: "write_stdin",
    description: "Type into a command that exec_command left running, or wait for more of its output.",
    strict: false,
    parameters: parametersOf(writeStdinArguments),
  },
  async run(call, context) {
    const parsed = parseArguments(writeStdinArguments, call.input);
    if (!parsed.ok) return { output: parsed.error, success: false };
    const { session_id: sessionId, chars = "" } = parsed.value;
    const process = context.processes.get(String(sessionId));
    if (process === undefined) {
      return { output: `write_stdin failed: Unknown process id ${sessionId}`, success: false };
    }
    const startedMs = context.clock.monotonic();
    if (chars !== "" && !process.hasEnded) {
      const error = await type(process, chars, context);
      if (error !== null) return { output: `write_stdin failed: ${error}`, success: false };
    }
    const waitMs = limitYieldTime(parsed.value.yield_time_ms, chars === "" ? pollYield : typeYield);
    const waited = await process.wait(waitMs, context.signal);
    const wallTimeMs = context.clock.monotonic() - startedMs;
    // The process went to the background before, and an interrupt of this turn is none of its business.
    if (waited === "aborted") return { output: presentAborted(wallTimeMs), success: false };
    return report(process, wallTimeMs, limitOutputTokens(parsed.value.max_output_tokens), context);
  },
};

/** What is typed is in the log before the process can act on it. Returns what went wrong, or null. */
async function type(process: SessionProcess, chars: string, context: ToolContext): Promise<string | null> {
  const { processId, itemId, turnId } = process;
  await context.emit([{ type: "command.input", turnId, itemId, processId, stdin: chars }]);
  try {
    await process.write(new TextEncoder().encode(chars));
    return null;
  } catch (error) {
    if (!(error instanceof EnvironmentFailure)) throw error;
    return error.message;
  }
}

function report(
  process: SessionProcess,
  wallTimeMs: number,
  maxOutputTokens: number,
  context: ToolContext,
): ToolOutput {
  const { processId } = process;
  const progress = process.takeProgress();
  if (progress.exit !== null) context.processes.forget(processId);
  const output = presentCommandReport({ wallTimeMs, progress, processId, maxOutputTokens, note: null });
  return { output, success: progress.exit === null || progress.exit.exitCode === 0 };
}
