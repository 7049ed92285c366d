import { closeSync, opendirSync } from "node:fs";
import { EnvironmentFailure } from "@skein/core/ports";
import { isSlug, worktreesDirectory } from "../worktree/worktree-place.ts";
import type { WorkspaceMount } from "./bubblewrap-arguments.ts";
import { walkOpen } from "./walk-open.ts";

export interface ProtectedPaths {
  readonly overlays: readonly WorkspaceMount[];
  readonly emptyDirectories: readonly string[];
}

/**
 * What a command could plant for someone who later works in the tree with more rights: hooks and settings of git, and of
 * agents. Parents come first. `.git` is mounted on itself, since a mount point cannot be moved aside and replaced.
 */
const protectedPaths: readonly { readonly components: readonly string[]; readonly access: "readOnly" | "parent" }[] = [
  { components: [".git"], access: "parent" },
  { components: [".git", "hooks"], access: "readOnly" },
  { components: [".git", "config"], access: "readOnly" },
  { components: [".codex"], access: "readOnly" },
  { components: [".agents"], access: "readOnly" },
];

/**
 * Opens those that exist; the descriptors are the caller's to close. A link among them is refused and not followed: with
 * `.git -> ../../../tmp` it would mount a directory of the host.
 */
export function openProtectedPaths(workspace: WorkspaceMount): ProtectedPaths {
  const overlays: WorkspaceMount[] = [];
  const emptyDirectories: string[] = [];
  let gitIsDirectory = false;
  try {
    for (const { components, access } of protectedPaths) {
      const path = [workspace.path, ...components].join("/");
      if (components.length > 1 && !gitIsDirectory) continue;
      const walk = walkOpen(workspace.descriptor, components);
      if (walk.type === "refused") throw refusal(path);
      if (walk.type === "missing") {
        if (components[1] === "hooks") emptyDirectories.push(path);
        continue;
      }
      const isParent = access === "parent" && walk.stats.isDirectory();
      gitIsDirectory ||= isParent;
      overlays.push({ descriptor: walk.descriptor, path, access: isParent ? "readWrite" : "readOnly" });
    }
    if (gitIsDirectory) overlays.push(...openWorktreePaths(workspace));
    return { overlays, emptyDirectories };
  } catch (error) {
    for (const { descriptor } of overlays) closeSync(descriptor);
    throw error;
  }
}

/**
 * What leads from a thread's worktree to its repository, and back: with another file there, Git would take its hooks and settings from
 * where that leads. What is missing, or a link, leads nowhere that Skein has made.
 */
function openWorktreePaths(workspace: WorkspaceMount): WorkspaceMount[] {
  const slugs = slugsIn(workspace);
  if (slugs.length === 0) return [];
  const ofGit = [".git", "worktrees"];
  const parents = [[worktreesDirectory], ofGit];
  return [
    ...parents,
    ...slugs.flatMap((slug) => [
      [worktreesDirectory, slug],
      [worktreesDirectory, slug, ".git"],
      [...ofGit, slug],
      [...ofGit, slug, "commondir"],
      [...ofGit, slug, "gitdir"],
    ]),
  ].flatMap((components) => openOverlay(workspace, components) ?? []);
}

/** A directory is mounted on itself, so that it stays in its place; a file may not be changed. null: there is neither. */
function openOverlay(
  { descriptor: root, path: workspacePath }: WorkspaceMount,
  components: readonly string[],
): WorkspaceMount | null {
  const walk = walkOpen(root, components);
  if (walk.type !== "opened") return null;
  const { descriptor, stats } = walk;
  const path = [workspacePath, ...components].join("/");
  if (stats.isDirectory()) return { descriptor, path, access: "readWrite" };
  if (stats.isFile()) return { descriptor, path, access: "readOnly" };
  closeSync(descriptor);
  return null;
}

/** As many as a sandbox can well have mounts for; more names are not looked at. */
const maxWorktrees = 32;
const maxNames = 256;

function slugsIn(workspace: WorkspaceMount): string[] {
  const walk = walkOpen(workspace.descriptor, [worktreesDirectory]);
  if (walk.type !== "opened") return [];
  try {
    if (!walk.stats.isDirectory()) return [];
    return namesIn(`/proc/self/fd/${walk.descriptor}`).filter(isSlug).slice(0, maxWorktrees);
  } finally {
    closeSync(walk.descriptor);
  }
}

function namesIn(path: string): string[] {
  const directory = opendirSync(path);
  const names: string[] = [];
  try {
    for (let entry = directory.readSync(); entry !== null && names.length < maxNames; entry = directory.readSync()) {
      names.push(entry.name);
    }
    return names;
  } finally {
    directory.closeSync();
  }
}

function refusal(path: string): EnvironmentFailure {
  return new EnvironmentFailure(
    `${path} is a symbolic link, so that it cannot be protected from commands. Replace it by what it points to, or remove it; ` +
      "a command with full access to the environment can do that.",
  );
}
