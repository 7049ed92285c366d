import { opendir } from "node:fs/promises";
import type { RunnerResult } from "../rpc/methods.ts";
import { fileRefusal } from "./file-error.ts";
import { kindOf } from "./file-kind.ts";

/** However many are asked for: with names of 255 bytes, escaped as JSON, they still fit into a frame's header. */
const maxListed = 5000;

/** The entries of one directory by name; a symbolic link is "other". */
export async function listDirectory(path: string, maxEntries: number): Promise<RunnerResult<"fs/list">> {
  try {
    const entries: { name: string; kind: ReturnType<typeof kindOf> }[] = [];
    let truncated = false;
    for await (const entry of await opendir(path)) {
      truncated = entries.length >= Math.min(maxEntries, maxListed);
      if (truncated) break;
      entries.push({ name: entry.name, kind: kindOf(entry) });
    }
    return { entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)), truncated };
  } catch (error) {
    throw fileRefusal("list", path, error);
  }
}
