import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { checkRepository } from "./check-repository.ts";
import { askGit, GitRefused, runGit } from "./run-git.ts";
import { keeperName, maxWorktrees, pathOfWorktree, type WorktreePlace, worktreesDirectory } from "./worktree-place.ts";

/** As what a reference is that does not exist yet. */
const noObject = "";

/** A worktree on a branch of its own, from what the workspace has checked out. Throws `GitRefused`. */
export function addWorktree(root: string, place: WorktreePlace): void {
  checkRepository(root);
  const main = { root, worktree: null };
  if (askGit(main, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") === null) {
    throw new GitRefused("the repository of the workspace has no commit yet");
  }
  for (const parent of [worktreesDirectory, ".git/worktrees"]) checkParent(root, parent);
  exclude(root);
  keepDirectory(root);
  const [path, ref, otherwise] = [
    pathOfWorktree(root, place),
    `refs/heads/${place.branch}`,
    "Git could not make the worktree",
  ];
  // Not by `worktree add -b`, which has the branch made by a Git that looks for the repository itself.
  runGit(otherwise, main, "update-ref", ref, "HEAD", noObject);
  try {
    runGit(otherwise, main, "worktree", "add", "--quiet", path, place.branch);
  } catch (error) {
    askGit(main, "update-ref", "-d", ref);
    throw error;
  }
}

/** Elsewhere, or as one too many, it would not be protected from commands. */
function checkParent(root: string, parent: string): void {
  const kind = kindOf(join(root, parent));
  if (kind === null) return;
  if (kind !== "directory") throw new GitRefused(`${parent} in the workspace is no directory`);
  if (readdirSync(join(root, parent)).filter((name) => name !== keeperName).length >= maxWorktrees)
    throw new GitRefused(`the workspace has ${maxWorktrees} worktrees already; delete threads that are done`);
}

/**
 * Git removes the directory of all worktrees with the last of them, and with a directory goes its mount in sandboxes that are there
 * already: they could write what is made in its place. A locked worktree without a directory is passed over by Git and not pruned.
 */
function keepDirectory(root: string): void {
  const keeper = join(root, ".git", "worktrees", keeperName);
  mkdirSync(keeper, { recursive: true });
  writeFileSync(join(keeper, "locked"), "keeps the directory that it is in\n", { flag: "a" });
}

/** So that the workspace's own status and searches do not see the worktrees. */
function exclude(root: string): void {
  const line = `/${worktreesDirectory}/`;
  const directory = join(root, ".git", "info");
  mkdirSync(directory, { recursive: true });
  if (kindOf(directory) !== "directory") throw new GitRefused(".git/info in the workspace is no directory");
  const file = openExclude(join(directory, "exclude"));
  try {
    const before = readFileSync(file, "utf8");
    if (before.split("\n").includes(line)) return;
    // At the end, where reading has left it.
    writeFileSync(file, `${before === "" || before.endsWith("\n") ? "" : "\n"}${line}\n`);
  } finally {
    closeSync(file);
  }
}

/** A link might lead to the repository's settings. */
function openExclude(path: string): number {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP")
      throw new GitRefused(".git/info/exclude in the workspace is a link");
    throw error;
  }
}

function kindOf(path: string): "directory" | "other" | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  return stats.isDirectory() ? "directory" : "other";
}
