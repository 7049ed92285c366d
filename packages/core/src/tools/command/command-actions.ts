import { posix } from "node:path";
import type { CommandAction } from "@skein/timeline/item";
import { type CommandClass, classifyCommand } from "./classify-command.ts";
import type { PlainCommand } from "./script.ts";
import { joinWords } from "./shell-quote.ts";

/**
 * What a script does, in terms a person recognises: which files it reads, lists or searches. One part that is not
 * recognised makes the whole script one `unknown`, so that nothing is hidden behind a harmless label.
 * Paths of `read` are absolute, the others are as written, after any `cd` in the script.
 */
export function deriveCommandActions(
  script: string,
  commands: readonly PlainCommand[] | null,
  cwd: string,
): readonly CommandAction[] {
  const whole: readonly CommandAction[] = [{ type: "unknown", command: script }];
  if (commands === null) return whole;
  const actions: CommandAction[] = [];
  let directory: string | null = null;
  for (const command of commands) {
    const found = classifyCommand(command.words);
    switch (found.type) {
      case "unknown":
        return whole;
      case "changeDirectory":
        directory = directory === null ? found.path : posix.join(directory, found.path);
        if (posix.isAbsolute(found.path)) directory = found.path;
        break;
      case "filter":
        break;
      case "read":
      case "listFiles":
      case "search":
        // In the middle of a pipeline `grep x` sifts what flows by; it looks into no file.
        if (command.isPiped && found.type === "search" && found.path === null) break;
        actions.push(present(found, joinWords(command.words), cwd, directory));
    }
  }
  return actions.length === 0 ? whole : actions;
}

type FileClass = Extract<CommandClass, { type: "read" | "listFiles" | "search" }>;

function present(found: FileClass, command: string, cwd: string, directory: string | null): CommandAction {
  const rebase = (path: string): string => (directory === null ? path : posix.resolve(cwd, directory, path));
  switch (found.type) {
    case "read":
      return {
        type: "read",
        command,
        name: posix.basename(found.path),
        path: posix.resolve(cwd, directory ?? ".", found.path),
      };
    case "listFiles":
      return { type: "listFiles", command, path: found.path === null ? directory : rebase(found.path) };
    case "search":
      return {
        type: "search",
        command,
        query: found.query,
        path: found.path === null ? directory : rebase(found.path),
      };
  }
}
