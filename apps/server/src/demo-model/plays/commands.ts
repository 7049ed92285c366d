/** Plays around one command. */
import type { Conversation } from "../conversation.ts";
import { bulletList, codeBlock, shellQuoted } from "../markdown-text.ts";
import { answer, awaitOutput, type Reply, remark, reply, runCommand } from "../reply.ts";
import { printedLines, type ToolResult } from "../tool-result.ts";

/** Lists with what every system has when `rg` is missing; hidden files too, but not git's own. */
export const listFilesCommand =
  "(rg --files --hidden -g '!.git' 2>/dev/null || find . -type f -not -path './.git/*' | sed 's,^[.]/,,') | sort | head -n 50";

const maxPolls = 60;

export function playList(conversation: Conversation): Reply {
  const result = conversation.calls[0]?.result;
  if (result == null) return reply(remark("Let me look at what is here."), runCommand(listFilesCommand));
  const files = printedLines(result);
  if (files.length === 0) return reply(answer("The workspace holds no files yet. Try `create a file hello.txt`."));
  return reply(answer(`I see ${files.length} files:\n\n${bulletList(files.map((file) => `\`${file}\``))}`));
}

export function playRun(conversation: Conversation, command: string): Reply {
  const first = conversation.calls[0];
  if (first === undefined) return reply(remark(`I run \`${command}\` in the workspace.`), runCommand(command));
  return awaitEnd(conversation) ?? reply(answer(`${outcomeLine(conversation)}\n\n${printedBlock(conversation)}`));
}

/** A command that prints a line a second, long enough to interrupt, to steer, or to lose the network in. */
export function playTick(conversation: Conversation, seconds: number): Reply {
  if (conversation.calls.length === 0) {
    const command = `for i in $(seq 1 ${seconds}); do echo "tick $i of ${seconds}"; sleep 1; done`;
    const invitation = `A command of ${seconds} seconds. Interrupt it, steer me while it runs, or cut the network.`;
    return reply(remark(invitation), runCommand(command, { yieldTimeMs: 30_000 }));
  }
  const ended = awaitEnd(conversation);
  if (ended !== null) return ended;
  const ticks = conversation.calls.flatMap((call) => (call.result === null ? [] : printedLines(call.result)));
  return reply(answer(`It is over; I saw ${ticks.filter((line) => line.startsWith("tick ")).length} ticks.`));
}

const escalatedCommand = "uname -sr && df -h / | tail -n 1";

export const escalation = runCommand(escalatedCommand, {
  justification: "May I look at the machine's kernel and free disk, outside the sandbox's limits?",
});

export function playEscalate(conversation: Conversation): Reply {
  if (conversation.calls.length > 0) {
    return awaitEnd(conversation) ?? reply(answer(`Thank you. The machine says:\n\n${printedBlock(conversation)}`));
  }
  if (!conversation.tools.escalation) {
    const why = "This thread's approval policy leaves me nothing to ask for. Set it to `on-request` and try again.";
    return reply(answer(why));
  }
  return reply(remark("For this one I need your approval; decline it, and I leave it."), escalation);
}

/** Asks for the rest of a command that went to the background; null when it has ended. */
function awaitEnd(conversation: Conversation): Reply | null {
  const sessionId = lastResult(conversation)?.sessionId ?? null;
  if (sessionId === null || conversation.calls.length > maxPolls) return null;
  return reply(awaitOutput(sessionId));
}

/** Everything that the calls printed, in order. */
function printedBlock(conversation: Conversation): string {
  const printed = conversation.calls.map((call) => call.result?.printed ?? "").join("");
  return printed.trim() === "" ? "It printed nothing." : codeBlock(printed, "text");
}

const maxReadLines = 400;

/** Reads a file's first lines; the exit code tells whether it exists. */
export function readCommand(path: string): string {
  return `head -n ${maxReadLines} -- ${shellQuoted(path)}`;
}

/** A patch must know a file's end, so what fills the limit may not be patched there. */
export function readsWholly(printed: string): boolean {
  return printed.trimEnd().split("\n").length < maxReadLines;
}

function outcomeLine(conversation: Conversation): string {
  const exitCode = lastResult(conversation)?.exitCode ?? null;
  if (exitCode === 0) return "It worked:";
  return exitCode === null ? "It did not end normally:" : `It ended with exit code ${exitCode}:`;
}

function lastResult(conversation: Conversation): ToolResult | null {
  return conversation.calls.at(-1)?.result ?? null;
}
