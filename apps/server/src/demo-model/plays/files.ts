/** Plays that change a file: read what is there, make a patch that fits it, tell what became of it. */
import type { Conversation } from "../conversation.ts";
import type { Change } from "../intent.ts";
import { codeBlock } from "../markdown-text.ts";
import { addFile, appendLine, replaceInFile, rewriteFile } from "../patch-text.ts";
import { answer, applyPatch, type Reply, remark, reply, runCommand } from "../reply.ts";
import { succeeded } from "../tool-result.ts";
import { readCommand, readsWholly } from "./commands.ts";

export function playWrite(conversation: Conversation, path: string, content: string): Reply {
  const [read, patch] = conversation.calls;
  if (read?.result == null) {
    return reply(remark(`I look whether \`${path}\` exists, then write it.`), runCommand(readCommand(path)));
  }
  if (patch !== undefined) return tellOutcome(conversation, path);
  const before = read.result.exitCode === 0 ? read.result.printed : null;
  if (before === null || before.trim() === "") return reply(applyPatch(addFile(path, content)));
  if (!readsWholly(before)) return tooLong(path);
  if (before.trimEnd() === content.trimEnd()) return reply(answer(`\`${path}\` already says exactly that.`));
  return reply(applyPatch(rewriteFile(path, before, content)));
}

export function playEdit(conversation: Conversation, path: string, change: Change): Reply {
  const [read, patch] = conversation.calls;
  if (read?.result == null) return reply(remark(`I read \`${path}\` first.`), runCommand(readCommand(path)));
  if (patch !== undefined) return tellOutcome(conversation, path);
  if (read.result.exitCode !== 0) {
    return reply(answer(`I cannot edit \`${path}\`:\n\n${codeBlock(read.result.printed)}\n\nAsk me to create it.`));
  }
  const content = read.result.printed;
  if (!readsWholly(content)) return tooLong(path);
  switch (change.type) {
    case "append": {
      const isEmpty = content.trim() === "";
      return reply(applyPatch(isEmpty ? addFile(path, change.line) : appendLine(path, content, change.line)));
    }
    case "replace": {
      const replacement = replaceInFile(path, content, change.before, change.after);
      if (replacement === null) return reply(answer(`\`${path}\` does not contain \`${change.before}\`.`));
      return reply(applyPatch(replacement));
    }
  }
}

function tooLong(path: string): Reply {
  return reply(answer(`\`${path}\` is longer than what I read at once, so I leave it as it is.`));
}

function tellOutcome(conversation: Conversation, path: string): Reply {
  const result = conversation.calls.at(-1)?.result ?? null;
  if (result === null || !succeeded(result)) {
    return reply(answer(`The patch to \`${path}\` did not apply:\n\n${codeBlock(result?.text ?? "")}`));
  }
  return reply(answer(`Done. \`${path}\` is changed; the diff is above, and the file is on disk.`));
}
