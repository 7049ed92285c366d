import { posix } from "node:path";
import type { CommandItem } from "@skein/timeline/item";
import { EnvironmentFailure } from "../../ports.ts";
import { readOutcome } from "../approval-answer.ts";
import { parametersOf, parseArguments } from "../parse-arguments.ts";
import { type PatchCall, resumePatchCall, runPatchCall } from "../patch/patch-call.ts";
import { effectOf, type ToolCall, type ToolContext, type ToolDefinition, type ToolOutput } from "../tool.ts";
import {
  type ExecCommandArguments,
  execCommandArguments,
  execYield,
  limitOutputTokens,
  limitYieldTime,
} from "./command-arguments.ts";
import { type CommandPlan, commandDirectory, planCommand } from "./command-plan.ts";
import { CommandSession } from "./command-session.ts";
import { presentAborted, presentCommandReport } from "./model-output.ts";
import { loadScriptParser } from "./parse-script.ts";
import { chooseProcessId, MAX_PROCESSES } from "./processes.ts";
import type { ParsedScript } from "./script.ts";

export const execCommandTool: ToolDefinition = {
  name: "exec_command",
  parallel: true,
  startsWithItem: true,
  spec: {
    type: "function",
    name: "exec_command",
    description:
      "Run a shell command in the workspace. Answers with its output and exit code, or, when it is still running " +
      "after yield_time_ms, with a session ID for write_stdin.",
    strict: false,
    parameters: parametersOf(execCommandArguments),
  },
  async run(call, context) {
    const parsed = parseArguments(execCommandArguments, call.input);
    if (!parsed.ok) return failure(parsed.error);
    const args = parsed.value;
    const script = (await loadScriptParser()).parse(args.cmd);
    if (script.patch !== null) return runPatchCall(patchCall(call, args, script.patch, context), context);
    return runCommand(call, args, planCommand(args, script, context), context);
  },
  async resume(call, asked, context) {
    const parsed = parseArguments(execCommandArguments, call.input);
    if (!parsed.ok) return failure(parsed.error);
    const args = parsed.value;
    const { request, item, startedAt } = effectOf(asked);
    if (request.type === "patch") {
      const { patch } = (await loadScriptParser()).parse(args.cmd);
      return resumePatchCall(patchCall(call, args, patch, context), asked, context);
    }
    const opened = { item: item as CommandItem, startedAt };
    const processId = chooseProcessId(context.processes, context.ids.uuid());
    return runWhenAllowed(opened, args, request, processId, context);
  },
};

type CommandRequest = CommandPlan["request"];
type ScriptedPatch = ParsedScript["patch"];

/** Models trained to patch through the shell do so; there is no such program, and the change deserves a patch's item. */
function patchCall(
  call: ToolCall,
  args: ExecCommandArguments,
  scripted: ScriptedPatch,
  context: ToolContext,
): PatchCall {
  const cwd = posix.resolve(commandDirectory(args, context), scripted?.directory ?? ".");
  return { callId: call.callId, patch: scripted?.patch ?? "", cwd };
}

async function runCommand(
  call: ToolCall,
  args: ExecCommandArguments,
  plan: CommandPlan,
  context: ToolContext,
): Promise<ToolOutput> {
  const { verdict, request } = plan;
  if (verdict.type === "refuse") return failure(`exec_command failed: ${verdict.message}`);
  if (context.processes.all().length >= MAX_PROCESSES) {
    return failure(`exec_command failed: ${MAX_PROCESSES} commands of this thread are running; end one of them first`);
  }
  const processId = chooseProcessId(context.processes, context.ids.uuid());
  const opened = { item: startedItem(call.callId, plan, processId), startedAt: context.clock.now() };
  if (verdict.type === "ask") {
    const asked = { ...request, reason: verdict.reason, sandbox: verdict.sandbox };
    return runWhenAllowed(opened, args, asked, processId, context);
  }
  await context.emit([{ type: "item.started", turnId: context.turnId, item: opened.item }]);
  return follow(opened, args, { ...request, sandbox: verdict.sandbox }, processId, context);
}

function startedItem(id: string, { verdict, request }: CommandPlan, processId: string): CommandItem {
  const waits = verdict.type === "ask";
  return {
    ...{ type: "command", id, command: request.command, cwd: request.cwd, actions: request.actions },
    source: waits ? "agent" : "session",
    processId: waits ? null : processId,
    status: "inProgress",
    ...{ output: null, exitCode: null, durationMs: null },
  };
}

/** The item as it was started, and when. */
interface Opened {
  readonly item: CommandItem;
  readonly startedAt: number;
}

async function runWhenAllowed(
  opened: Opened,
  args: ExecCommandArguments,
  request: CommandRequest,
  processId: string,
  context: ToolContext,
): Promise<ToolOutput> {
  const answer = readOutcome(await context.ask(opened.item, request));
  if (answer.type === "allowed") return follow(opened, args, request, processId, context);
  const item: CommandItem = { ...opened.item, status: answer.status };
  const { startedAt } = opened;
  await context.emit([{ type: "item.completed", turnId: context.turnId, item, startedAt }]);
  return failure(`exec_command failed: ${answer.message}`);
}

async function follow(
  { item, startedAt }: Opened,
  args: ExecCommandArguments,
  request: CommandRequest,
  processId: string,
  context: ToolContext,
): Promise<ToolOutput> {
  const { clock, processes, emit, turnId } = context;
  const chunks = context.chunks(item.id, "output");
  const network = await context.network(item, request.sandbox);
  const session = new CommandSession(
    { turnId, processId, item, startedAt },
    { clock, processes, chunks, network, emit },
  );
  const startedMs = context.clock.monotonic();
  const elapsedMs = () => context.clock.monotonic() - startedMs;
  try {
    await session.start(context.environment, {
      processId: context.ids.uuid(),
      argv: request.argv,
      cwd: request.cwd,
      env: { SKEIN_THREAD_ID: context.threadId },
      tty: args.tty === true ? { columns: 120, rows: 40 } : null,
      policy: request.sandbox,
    });
  } catch (error) {
    if (!(error instanceof EnvironmentFailure)) throw error;
    return failure(`exec_command failed: ${error.message}`);
  }
  const waited = await session.wait(limitYieldTime(args.yield_time_ms, execYield), context.signal);
  if (waited === "aborted") {
    await session.kill();
    await session.closed();
    context.processes.forget(session.processId);
    return failure(presentAborted(elapsedMs()));
  }
  const progress = session.takeProgress();
  if (progress.exit !== null) context.processes.forget(session.processId);
  const output = presentCommandReport({
    wallTimeMs: elapsedMs(),
    progress,
    processId: session.processId,
    maxOutputTokens: limitOutputTokens(args.max_output_tokens),
    note: leftSandbox(request, context) ? ESCALATION_NOTE : null,
  });
  return { output, success: progress.exit === null || progress.exit.exitCode === 0 };
}

const ESCALATION_NOTE =
  "Note: this ran outside the thread's sandbox. It shares neither loopback network nor background processes with commands that were not escalated.";

function leftSandbox(request: CommandRequest, context: ToolContext): boolean {
  return request.sandbox.type === "dangerFullAccess" && context.settings.sandbox.type !== "dangerFullAccess";
}

function failure(output: string): ToolOutput {
  return { output, success: false };
}
