import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GitRefused } from "./run-git.ts";

/** Throws `GitRefused` unless the workspace is a repository, and one with its own settings. */
export function checkRepository(root: string): void {
  const directory = join(root, ".git");
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new GitRefused("the workspace is no Git repository");
  const redirection = join(directory, "commondir");
  // Of the sandbox's making, over what somebody has made.
  if (existsSync(redirection) && readFileSync(redirection, "utf8").trim() !== ".")
    throw new GitRefused(".git/commondir leads the repository of the workspace elsewhere");
}
