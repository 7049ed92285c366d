import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunnerResult } from "../rpc/methods.ts";
import { fileRefusal } from "./file-error.ts";

/** Files below `root`, breadth first, so that a bound cuts the depths and not the top. Follows no links. */
export async function walkDirectory(root: string, maxEntries: number): Promise<RunnerResult<"fs/walk">> {
  const files: string[] = [];
  const waiting = [""];
  for (let directory = waiting.shift(); directory !== undefined; directory = waiting.shift()) {
    for (const entry of await readEntries(root, directory)) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== ".git") waiting.push(path);
      } else if (files.length >= maxEntries) return { files, truncated: true };
      else files.push(path);
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
