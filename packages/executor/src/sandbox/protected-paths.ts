import { closeSync } from "node:fs";
import { EnvironmentFailure } from "@skein/core/ports";
import type { WorkspaceMount } from "./bubblewrap-arguments.ts";
import { openWorktreePaths } from "./protected-worktrees.ts";
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
  { components: [".git", "config.worktree"], access: "readOnly" },
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
    if (gitIsDirectory) openWorktreePaths(workspace, { overlays, emptyDirectories }, refusal);
    return { overlays, emptyDirectories };
  } catch (error) {
    for (const { descriptor } of overlays) closeSync(descriptor);
    throw error;
  }
}

/**
 * Where a repository's own directory names another one for its hooks and settings, as only those of worktrees do. No mount can keep a
 * file from being made, so what somebody has made there is covered in every sandbox that begins later.
 */
export function hasRedirectedRepository(workspace: WorkspaceMount): boolean {
  const walk = walkOpen(workspace.descriptor, [".git", "commondir"]);
  if (walk.type === "opened") closeSync(walk.descriptor);
  return walk.type === "opened" && walk.stats.isFile();
}

function refusal(path: string): EnvironmentFailure {
  return new EnvironmentFailure(
    `${path} is a symbolic link, so that it cannot be protected from commands. Replace it by what it points to, or remove it; ` +
      "a command with full access to the environment can do that.",
  );
}
