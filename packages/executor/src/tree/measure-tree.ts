import { lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { DiskUse } from "./disk-use.ts";

const statBlockBytes = 512;

/** Follows no link, and counts a file of several names once. What vanishes meanwhile, or may not be read, is passed over. */
export function measureTree(root: string): DiskUse {
  const seen = new Set<string>();
  const waiting = [root];
  let bytes = 0;
  let files = 0;
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for (const entry of readEntries(directory)) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      const stats = statOf(path);
      if (stats === null) continue;
      files++;
      if (stats.nlink > 1 && !stats.isDirectory()) {
        const file = `${stats.dev}:${stats.ino}`;
        if (seen.has(file)) continue;
        seen.add(file);
      }
      bytes += stats.blocks * statBlockBytes;
    }
  }
  return { bytes, files };
}

function readEntries(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
