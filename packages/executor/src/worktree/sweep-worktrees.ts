import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { checkRepository } from "./check-repository.ts";
import { removeWorktree } from "./remove-worktree.ts";
import { askGit, GitRefused } from "./run-git.ts";
import { isOfThread, placeOf, worktreesDirectory } from "./worktree-place.ts";

/** A worktree is there before its thread is. */
const youngMs = 10 * 60_000;

/**
 * Takes away what was left of threads that are gone, because their runner was away then, or the server ended. `inUse`: the worktrees in
 * which threads work. One that Git refuses to take away waits for the next time.
 */
export function sweepWorktrees(root: string, inUse: readonly string[]): void {
  for (const slug of slugsIn(join(root, worktreesDirectory))) {
    const place = placeOf(slug);
    if (inUse.includes(slug) || !isOfThread(place) || isYoung(join(root, ".git", "worktrees", slug))) continue;
    try {
      checkRepository(root);
      const main = { root, worktree: null };
      if (askGit(main, "rev-parse", "--verify", "--quiet", `refs/heads/${place.branch}`) === null) continue;
      removeWorktree(root, place);
    } catch (error) {
      if (!(error instanceof GitRefused)) throw error;
    }
  }
}

function slugsIn(directory: string): readonly string[] {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(directory);
}

/** What Git does not know as a worktree is not Skein's to take away. */
function isYoung(directory: string): boolean {
  const made = lstatSync(join(directory, "gitdir"), { throwIfNoEntry: false });
  return made === undefined || Date.now() - made.mtimeMs < youngMs;
}
