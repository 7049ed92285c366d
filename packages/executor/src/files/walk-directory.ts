import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunnerResult } from "../rpc/methods.ts";
import { worktreesDirectory } from "../worktree/worktree-place.ts";
import { fileRefusal } from "./file-error.ts";

/** Of all paths together; escaped as JSON they still fit into a frame's header. */
const maxPathBytes = 1024 * 1024;

/** Git's own, and what other threads have checked out. */
const passedOver = new Set([".git", worktreesDirectory]);

/** Files below `root`, breadth first, so that a bound cuts the depths and not the top. Follows no links. */
export async function walkDirectory(root: string, maxEntries: number): Promise<RunnerResult<"fs/walk">> {
  const files: string[] = [];
  const waiting = [""];
  let bytes = 0;
  for (let directory = waiting.shift(); directory !== undefined; directory = waiting.shift()) {
    for (const entry of await readEntries(root, directory)) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (!passedOver.has(entry.name)) waiting.push(path);
        continue;
      }
      bytes += path.length;
      if (files.length >= maxEntries || bytes > maxPathBytes) return { files, truncated: true };
      files.push(path);
    }
  }
  return { files, truncated: false };
}

/** A directory below the root that vanished or may not be read is passed over. */
async function readEntries(root: string, directory: string) {
  try {
    const entries = await readdir(join(root, directory), { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (directory === "") throw fileRefusal("walk", root, error);
    return [];
  }
}
