/**
 * What leads from a worktree to its repository, and back: with another file there, Git would take its hooks and settings from where that
 * leads.
 */
import { closeSync, opendirSync } from "node:fs";
import { keeperName, maxWorktrees, worktreesDirectory } from "../worktree/worktree-place.ts";
import type { WorkspaceMount } from "./bubblewrap-arguments.ts";
import { walkOpen } from "./walk-open.ts";

interface Opened {
  readonly overlays: WorkspaceMount[];
  readonly emptyDirectories: string[];
}

/** `readOnly`: the files in each worktree's directory that lead. */
const places: readonly { readonly components: readonly string[]; readonly readOnly: readonly string[] }[] = [
  { components: [worktreesDirectory], readOnly: [".git"] },
  { components: [".git", "worktrees"], readOnly: ["commondir", "gitdir", "config.worktree"] },
];

/**
 * The directories of all worktrees are closed, and those of the worktrees that are there open again: so what is made while a sandbox
 * lives is never writable in it, also where there was no worktree when it began. Those beyond the limit stay closed.
 */
export function openWorktreePaths(workspace: WorkspaceMount, opened: Opened, refusal: (path: string) => Error): void {
  for (const { components, readOnly } of places) {
    const walk = walkOpen(workspace.descriptor, components);
    const path = [workspace.path, ...components].join("/");
    if (walk.type === "refused") throw refusal(path);
    if (walk.type === "missing") {
      opened.emptyDirectories.push(path);
      continue;
    }
    opened.overlays.push({ descriptor: walk.descriptor, path, access: "readOnly" });
    if (!walk.stats.isDirectory()) continue;
    for (const name of namesIn(`/proc/self/fd/${walk.descriptor}`)) {
      if (!openAgain(workspace, [...components, name], opened)) continue;
      for (const file of readOnly) keepClosed(workspace, [...components, name, file], opened);
    }
  }
}

/** False: it is no directory, or gone. */
function openAgain(workspace: WorkspaceMount, components: readonly string[], { overlays }: Opened): boolean {
  const walk = walkOpen(workspace.descriptor, components);
  if (walk.type !== "opened") return false;
  const { descriptor, stats } = walk;
  if (!stats.isDirectory()) {
    closeSync(descriptor);
    return false;
  }
  overlays.push({ descriptor, path: [workspace.path, ...components].join("/"), access: "readWrite" });
  return true;
}

/** What is missing, or a link, leads nowhere that Git or Skein has made. */
function keepClosed(workspace: WorkspaceMount, components: readonly string[], { overlays }: Opened): void {
  const walk = walkOpen(workspace.descriptor, components);
  if (walk.type !== "opened") return;
  overlays.push({
    descriptor: walk.descriptor,
    path: [workspace.path, ...components].join("/"),
    access: walk.stats.isDirectory() ? "readWrite" : "readOnly",
  });
}

function namesIn(path: string): string[] {
  const directory = opendirSync(path);
  const names: string[] = [];
  try {
    for (
      let entry = directory.readSync();
      entry !== null && names.length < maxWorktrees;
      entry = directory.readSync()
    ) {
      if (entry.name !== keeperName) names.push(entry.name);
    }
    return names;
  } finally {
    directory.closeSync();
  }
}
