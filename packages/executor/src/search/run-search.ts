import { realpathSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { listPaths } from "./list-paths.ts";
import { rankPaths } from "./rank-paths.ts";
import { type SearchReport, type SearchTask, searchQuery } from "./search-task.ts";

/** Looks once at what there is, and answers one query after the other until there are no more. */
export async function runSearch(
  task: SearchTask,
  queries: Readable,
  say: (report: SearchReport) => void,
): Promise<void> {
  const paths = isDirectoryWithin(task) ? await listPaths(task.root) : [];
  for await (const line of createInterface({ input: queries })) {
    const { id, query } = searchQuery.parse(JSON.parse(line));
    say({ type: "found", id, found: rankPaths(paths, query, task.limit) });
  }
}

function isDirectoryWithin({ root, within }: SearchTask): boolean {
  try {
    return `${realpathSync(root)}/`.startsWith(`${realpathSync(within)}/`) && statSync(root).isDirectory();
  } catch {
    return false;
  }
}
