import type { Dirent } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DirectoryEntry, RunnerResult } from "../rpc/methods.ts";
import { fileRefusal } from "./file-error.ts";
import { kindOf } from "./file-kind.ts";

/** Of all names together, however many are asked for: escaped as JSON they still fit into a frame's header. */
const maxNameBytes = 1024 * 1024;

/** The entries of one directory by name, each of the kind of what it leads to; a link that leads nowhere is no entry. */
export async function listDirectory(path: string, maxEntries: number): Promise<RunnerResult<"fs/list">> {
  try {
    const entries: DirectoryEntry[] = [];
    let truncated = false;
    let bytes = 0;
    for await (const entry of await opendir(path)) {
      bytes += entry.name.length;
      truncated = entries.length >= maxEntries || bytes > maxNameBytes;
      if (truncated) break;
      const kind = entry.isSymbolicLink() ? await kindBehind(path, entry) : kindOf(entry);
      if (kind !== null) entries.push({ name: entry.name, kind });
    }
    return { entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)), truncated };
  } catch (error) {
    throw fileRefusal("list", path, error);
  }
}

async function kindBehind(directory: string, { name }: Dirent): Promise<DirectoryEntry["kind"] | null> {
  const target = await stat(join(directory, name)).catch(() => null);
  return target === null ? null : kindOf(target);
}
