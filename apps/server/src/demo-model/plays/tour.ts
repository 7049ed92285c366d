/**
 * What answers a prompt that names nothing the script knows: a walk through the workspace that uses every tool once. Each
 * step rests on what the step before has really brought.
 */
import type { AnsweredCall, Conversation } from "../conversation.ts";
import { bulletList, codeBlock, quoted } from "../markdown-text.ts";
import { addFile, appendLine } from "../patch-text.ts";
import {
  answer,
  applyPatch,
  type PlanStatus,
  type Reply,
  type ReplyPart,
  remark,
  reply,
  runCommand,
  think,
  updatePlan,
} from "../reply.ts";
import { printedLines, succeeded } from "../tool-result.ts";
import { escalation, listFilesCommand, readCommand } from "./commands.ts";
import { invitations } from "./talk.ts";

const notesPath = "skein-demo.md";
const planSteps = ["Look around", "Leave a note", "Check it", "Report"] as const;

export function playTour(conversation: Conversation): Reply {
  // A plan answers at once and says nothing new; the other calls are the steps.
  const [list, read, patch, check, asked] = conversation.calls.filter((call) => call.name !== "update_plan");
  if (list === undefined) return lookAround(conversation);
  const files = list.result === null ? [] : printedLines(list.result);
  if (read === undefined) return readSomething(conversation, files);
  if (patch === undefined && conversation.tools.patch) return leaveNote(conversation, files, read);
  if (check === undefined && patch?.result != null && succeeded(patch.result)) {
    return reply(...plan(conversation, 2), runCommand(`wc -l ${notesPath} && tail -n 3 ${notesPath}`));
  }
  if (check !== undefined && asked === undefined && conversation.tools.escalation) {
    const parts = [...plan(conversation, 3), remark("One thing needs your approval; decline it if you like.")];
    return reply(...parts, escalation);
  }
  return report(conversation, files, read, check, asked);
}

function lookAround(conversation: Conversation): Reply {
  return reply(
    think(`**Looking around**\n\nThe prompt is ${quoted(conversation.prompt)}. The workspace comes first.`),
    remark("I am Skein's demo model: my words are scripted, but what I do here is real. First a look around."),
    runCommand(listFilesCommand),
  );
}

function readSomething(conversation: Conversation, files: readonly string[]): Reply {
  const chosen = chooseFile(files);
  const command = chosen === null ? "ls -la" : readCommand(chosen);
  const text = chosen === null ? "The workspace is empty." : `${files.length} files; I read \`${chosen}\`.`;
  return reply(remark(text), ...plan(conversation, 0), runCommand(command));
}

function leaveNote(conversation: Conversation, files: readonly string[], read: AnsweredCall): Reply {
  const before = chooseFile(files) === notesPath && read.result?.exitCode === 0 ? read.result.printed.trimEnd() : "";
  const visits = before.split("\n").filter((line) => line.startsWith("- ")).length;
  const line = `- Visit ${visits + 1}: ${conversation.prompt.replace(/\s+/g, " ").trim().slice(0, 60)}`;
  const opening = "# Notes of the demo model\n\nEvery visit leaves a line; delete this file when you like.\n";
  const patch = before === "" ? addFile(notesPath, `${opening}\n${line}`) : appendLine(notesPath, before, line);
  return reply(...plan(conversation, 1), applyPatch(patch));
}

function report(
  conversation: Conversation,
  files: readonly string[],
  read: AnsweredCall,
  check: AnsweredCall | undefined,
  asked: AnsweredCall | undefined,
): Reply {
  const chosen = chooseFile(files);
  const deeds = [
    `listed the workspace: ${files.length} files`,
    chosen === null
      ? "found nothing to read"
      : `read \`${chosen}\`, ${printedLines(read.result ?? empty).length} lines`,
    ...(check === undefined ? [] : [`left a note in \`${notesPath}\``]),
    ...(asked === undefined ? [] : ["asked to run a command outside the sandbox's limits, and ran it"]),
  ];
  const evidence = asked?.result?.printed ?? check?.result?.printed ?? read.result?.printed ?? "";
  const honesty = `A script cannot answer ${quoted(conversation.prompt)}. What I really did:`;
  const next = `Try one of these:\n\n${bulletList(invitations)}`;
  return reply(answer(`${honesty}\n\n${bulletList(deeds)}\n\n${codeBlock(evidence, "text")}\n\n${next}`));
}

/** Its own notes first, then a README, then whatever reads like text. */
function chooseFile(files: readonly string[]): string | null {
  const names = files.map((file) => file.replace(/^\.\//, ""));
  const isReadme = (name: string) => /^readme(\.\w+)?$/i.test(name);
  const isText = (name: string) => /\.(md|txt|json|ts|tsx|js|py|rs|go|java|c|h|sh|toml|ya?ml|html|css)$/i.test(name);
  return names.find((name) => name === notesPath) ?? names.find(isReadme) ?? names.find(isText) ?? null;
}

function plan(conversation: Conversation, current: number): readonly ReplyPart[] {
  if (!conversation.tools.plan) return [];
  const status = (index: number): PlanStatus => {
    if (index < current) return "completed";
    return index === current ? "in_progress" : "pending";
  };
  return [updatePlan(planSteps.map((step, index) => [step, status(index)] as const))];
}

const empty = { text: "", printed: "", exitCode: null, sessionId: null, declined: false };
