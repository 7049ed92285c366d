import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathOfWorktree, type WorktreePlace } from "./worktree-place.ts";

/** The message is for the person who asked. */
export class GitRefused extends Error {
  override readonly name = "GitRefused";
}

/** Where Git works: in a workspace's repository at `root`, or in a worktree of it. */
export interface GitPlace {
  readonly root: string;
  readonly worktree: WorktreePlace | null;
}

/**
 * Who works in the tree says what is in it, and Git is not to run it: neither hooks, nor what the settings of a repository inside of it
 * name as filters. Git would run those to say whether a submodule has changed, and `git add` asks that whatever the settings say: only commands
 * that do not look into submodules are used where a thread has worked.
 */
const settings = [
  ...["core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false"],
  "submodule.recurse=false",
];
const identity = { name: "Skein", email: "skein@localhost" };
const maxOutputBytes = 64 * 1024 * 1024;

/** Runs Git on a repository of the tenant's, without its hooks. Gives what it prints, without space around it, or null when it says no. */
export function askGit(place: GitPlace, ...args: readonly string[]): string | null {
  return feedGit(place, "", ...args)?.trim() ?? null;
}

/** As `askGit`, with something to read; what Git prints is given as it is. */
export function feedGit(place: GitPlace, input: string, ...args: readonly string[]): string | null {
  try {
    const options = settings.flatMap((setting) => ["-c", setting]);
    return execFileSync("git", [...options, ...args], {
      cwd: directoryOf(place),
      env: {
        ...process.env,
        ...directories(place),
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_TERMINAL_PROMPT: "0",
        ...{ GIT_AUTHOR_NAME: identity.name, GIT_AUTHOR_EMAIL: identity.email },
        ...{ GIT_COMMITTER_NAME: identity.name, GIT_COMMITTER_EMAIL: identity.email },
      },
      stdio: ["pipe", "pipe", "ignore"],
      input,
      encoding: "utf8",
      maxBuffer: maxOutputBytes,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new GitRefused("the runner has no Git; its operator can install it");
    return null;
  }
}

/** As `askGit`; throws `GitRefused` with `otherwise` when Git says no. */
export function runGit(otherwise: string, place: GitPlace, ...args: readonly string[]): string {
  const output = askGit(place, ...args);
  if (output === null) throw new GitRefused(otherwise);
  return output;
}

/** Named and not looked for, so that no file in the tree leads to another repository, whose settings would count. */
function directories(place: GitPlace): Record<string, string> {
  const common = join(place.root, ".git");
  const own = place.worktree === null ? common : join(common, "worktrees", place.worktree.slug);
  return { GIT_DIR: own, GIT_COMMON_DIR: common, GIT_WORK_TREE: directoryOf(place) };
}

function directoryOf({ root, worktree }: GitPlace): string {
  return worktree === null ? root : pathOfWorktree(root, worktree);
}
