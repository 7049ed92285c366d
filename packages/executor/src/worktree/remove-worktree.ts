import { lstatSync } from "node:fs";
import { checkRepository } from "./check-repository.ts";
import { askGit, feedGit, type GitPlace, GitRefused, runGit } from "./run-git.ts";
import { pathOfWorktree, type WorktreePlace } from "./worktree-place.ts";

/**
 * Takes a worktree away and loses nothing: what was not committed is committed first, and a branch stays when no other has what is on
 * it. A worktree that is not there is no error. Throws `GitRefused`, and then it is still there.
 */
export function removeWorktree(root: string, place: WorktreePlace): void {
  checkRepository(root);
  const path = pathOfWorktree(root, place);
  const main = { root, worktree: null };
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    keepChanges({ root, worktree: place }, place);
    runGit("Git could not remove the worktree", main, "worktree", "remove", "--force", "--force", path);
  }
  askGit(main, "worktree", "prune");
  const [format, refs] = ["--format=%(refname)", ["refs/heads", "refs/remotes"]];
  const holders = askGit(main, "for-each-ref", format, "--contains", place.branch, ...refs);
  const others = holders?.split("\n").filter((name) => name !== "" && name !== `refs/heads/${place.branch}`) ?? [];
  if (others.length > 0) askGit(main, "branch", "-D", place.branch);
}

function keepChanges(worktree: GitPlace, { branch }: WorktreePlace): void {
  const otherwise = "Git could not keep what was not committed";
  const paths = feedGit(worktree, "", "ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard");
  if (paths === null) throw new GitRefused("Git could not look at the worktree");
  // A repository inside of it is named as a directory; what it has committed is kept by its id.
  const entries = paths.replaceAll("/\0", "\0");
  if (feedGit(worktree, entries, "update-index", "-z", "--add", "--remove", "--stdin") === null)
    throw new GitRefused(otherwise);
  if (runGit(otherwise, worktree, "diff-index", "--cached", "HEAD") !== "") {
    const tree = runGit(otherwise, worktree, "write-tree");
    const message = "Keep what was not committed when the thread was deleted";
    const commit = runGit(otherwise, worktree, "commit-tree", tree, "-p", "HEAD", "-m", message);
    runGit(otherwise, worktree, "update-ref", "HEAD", commit);
  }
  // Of no branch: it would be forgotten with the worktree.
  if (askGit(worktree, "symbolic-ref", "--quiet", "HEAD") !== null) return;
  const holders = askGit(worktree, "for-each-ref", "--contains", "HEAD", "--count=1");
  if (holders === "")
    runGit("Git could not keep what is on no branch", worktree, "branch", "--force", `${branch}-detached`, "HEAD");
}
