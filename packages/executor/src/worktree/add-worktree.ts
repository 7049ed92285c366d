import { lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askGit, GitRefused, runGit } from "./run-git.ts";
import { pathOfWorktree, type WorktreePlace, worktreesDirectory } from "./worktree-place.ts";

/** A worktree on a branch of its own, from what the workspace has checked out. Throws `GitRefused`. */
export function addWorktree(root: string, place: WorktreePlace): void {
  if (!isDirectory(join(root, ".git"))) throw new GitRefused("the workspace is no Git repository");
  if (askGit(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") === null) {
    throw new GitRefused("the repository of the workspace has no commit yet");
  }
  exclude(root);
  const path = pathOfWorktree(root, place);
  runGit(
    "Git could not make the worktree",
    root,
    "worktree",
    "add",
    "--quiet",
    "--no-track",
    "-b",
    place.branch,
    path,
    "HEAD",
  );
}

/** So that the workspace's own status and searches do not see the worktrees. */
function exclude(root: string): void {
  const line = `/${worktreesDirectory}/`;
  const directory = join(root, ".git", "info");
  const file = join(directory, "exclude");
  mkdirSync(directory, { recursive: true });
  const before = read(file);
  if (before.split("\n").includes(line)) return;
  writeFileSync(file, `${before === "" || before.endsWith("\n") ? before : `${before}\n`}${line}\n`);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
