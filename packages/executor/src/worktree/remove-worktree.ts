import { lstatSync } from "node:fs";
import { askGit, runGit } from "./run-git.ts";
import { pathOfWorktree, type WorktreePlace } from "./worktree-place.ts";

/**
 * Takes a worktree away and loses nothing: what was not committed is committed first, and a branch stays when no other has what is on
 * it. A worktree that is not there is no error. Throws `GitRefused`, and then it is still there.
 */
export function removeWorktree(root: string, place: WorktreePlace): void {
  const path = pathOfWorktree(root, place);
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    keepChanges(path, place);
    runGit("Git could not remove the worktree", root, "worktree", "remove", "--force", "--force", path);
  }
  askGit(root, "worktree", "prune");
  const holders = askGit(
    root,
    "for-each-ref",
    "--format=%(refname)",
    "--contains",
    place.branch,
    "refs/heads",
    "refs/remotes",
  );
  const others = holders?.split("\n").filter((name) => name !== "" && name !== `refs/heads/${place.branch}`) ?? [];
  if (others.length > 0) askGit(root, "branch", "-D", place.branch);
}

function keepChanges(path: string, { branch }: WorktreePlace): void {
  const head = askGit(path, "symbolic-ref", "--quiet", "HEAD");
  const isClean = runGit("Git could not look at the worktree", path, "status", "--porcelain") === "";
  if (!isClean) {
    runGit("Git could not keep what was not committed", path, "add", "--all");
    const message = "Keep what was not committed when the thread was deleted";
    runGit(
      "Git could not keep what was not committed",
      path,
      "commit",
      "--no-verify",
      "--no-gpg-sign",
      "--quiet",
      "-m",
      message,
    );
  }
  // Of no branch: it would be forgotten with the worktree.
  if (head !== null) return;
  const holders = askGit(path, "for-each-ref", "--contains", "HEAD", "--count=1");
  if (holders === "")
    runGit("Git could not keep what is on no branch", path, "branch", "--force", `${branch}-detached`, "HEAD");
}
