import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";

export type ExecutableSearch =
  | { readonly found: true; readonly path: string }
  /** As a shell would end: 127 for no such command, 126 for a file that may not be executed. */
  | { readonly found: false; readonly exitCode: 126 | 127; readonly message: string };

/** Looks a command up as execvp does, ahead of the fork: in a terminal the child could only report a failure as exit 1. */
export function findExecutable(command: string, cwd: string, searchPath: string | undefined): ExecutableSearch {
  const candidates = command.includes("/")
    ? [resolve(cwd, command)]
    : (searchPath ?? "").split(":").map((directory) => resolve(cwd, directory, command));
  let denied = false;
  for (const path of command === "" ? [] : candidates) {
    const verdict = inspect(path);
    if (verdict === "executable") return { found: true, path };
    denied ||= verdict === "denied";
  }
  return denied
    ? { found: false, exitCode: 126, message: `${command}: permission denied` }
    : { found: false, exitCode: 127, message: `${command}: command not found` };
}

function inspect(path: string): "executable" | "denied" | "missing" {
  try {
    if (!statSync(path).isFile()) return "denied";
    accessSync(path, constants.X_OK);
    return "executable";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "denied" : "missing";
  }
}
