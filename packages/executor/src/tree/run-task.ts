import { rmSync } from "node:fs";
import { ArchiveParts } from "../archive/archive-parts.ts";
import { ArchiveRefused } from "../archive/archive-refused.ts";
import { unpackArchive } from "../archive/unpack-archive.ts";
import { CloneRefused, cloneRepository } from "../clone/clone-repository.ts";
import { addWorktree } from "../worktree/add-worktree.ts";
import { removeWorktree } from "../worktree/remove-worktree.ts";
import { GitRefused } from "../worktree/run-git.ts";
import { sweepWorktrees } from "../worktree/sweep-worktrees.ts";
import { copyTree } from "./copy-tree.ts";
import type { DiskUse } from "./disk-use.ts";
import { emptyDirectory } from "./empty-directory.ts";
import { measureTree } from "./measure-tree.ts";
import { removeTree } from "./remove-tree.ts";
import type { CloneStage, TreeReport, TreeTask } from "./tree-task.ts";

const progressIntervalMs = 250;

/** Never rejects: what goes wrong is said. */
export async function runTask(task: TreeTask, say: (report: TreeReport) => void): Promise<void> {
  try {
    say({ type: "done", ...(await carryOut(task, seldom(say))) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    say({ type: "refused", message: describe(error), code: code ?? null });
  }
}

async function carryOut(
  task: TreeTask,
  progress: (use: DiskUse & { readonly stage?: CloneStage }) => void,
): Promise<DiskUse> {
  switch (task.type) {
    case "measure":
      return measureTree(task.root);
    case "empty":
      emptyDirectory(task.root);
      return { bytes: 0, files: 0 };
    case "remove":
      removeTree(task.path, task.recursive);
      return { bytes: 0, files: 0 };
    case "copy":
      copyTree(task.from, task.to);
      return { bytes: 0, files: 0 };
    case "unpack":
      try {
        const archive = new ArchiveParts(task.parts.directory, task.parts);
        await unpackArchive(archive, task.root, task.limits, progress);
      } finally {
        rmSync(task.parts.directory, { recursive: true, force: true });
      }
      return measureTree(task.root);
    case "clone":
      return cloneRepository(task, progress);
    case "addWorktree":
      sweepWorktrees(task.root, task.inUse);
      addWorktree(task.root, task.place);
      return { bytes: 0, files: 0 };
    case "removeWorktree":
      removeWorktree(task.root, task.place);
      sweepWorktrees(task.root, task.inUse);
      return { bytes: 0, files: 0 };
  }
}

function seldom(say: (report: TreeReport) => void): (use: DiskUse & { readonly stage?: CloneStage }) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (use) => {
    const now = performance.now();
    if (now - last < progressIntervalMs) return;
    last = now;
    say({ type: "progress", ...use });
  };
}

function describe(error: unknown): string {
  if (error instanceof ArchiveRefused || error instanceof CloneRefused || error instanceof GitRefused)
    return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return "there is no room left on the disk";
  if (code === "EFBIG") return "a file is larger than files here may be";
  if (code === "ENAMETOOLONG") return "a name is longer than the file system takes";
  return message;
}
