/** Says whether something made from files is still what those files would make. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory, repositoryRoot } from "./repository.ts";

const ignoredNames = new Set(["node_modules", "dist"]);

/** SHA-256 over the names and bytes of all input files; about 10 ms for a megabyte of sources. */
export function hashInputs(inputs: readonly string[], root: string = repositoryRoot): string {
  const hash = createHash("sha256");
  for (const input of inputs) {
    for (const path of filesUnder(input, root)) {
      const bytes = readFileSync(join(root, path));
      hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    }
  }
  return hash.digest("hex");
}

export function readStamp(name: string): string | null {
  try {
    return readFileSync(stampPath(name), "utf8");
  } catch {
    return null;
  }
}

export function writeStamp(name: string, hash: string): void {
  mkdirSync(cacheDirectory, { recursive: true });
  writeFileSync(stampPath(name), hash);
}

/** Done before work starts, so that work cut short is never taken for finished. */
export function clearStamp(name: string): void {
  rmSync(stampPath(name), { force: true });
}

function stampPath(name: string): string {
  return join(cacheDirectory, `${name}.sha256`);
}

/** Paths relative to `root`, in a stable order; tests change no output and are left out. */
function filesUnder(path: string, root: string): readonly string[] {
  const absolute = join(root, path);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => !ignoredNames.has(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesUnder(join(path, entry.name), root));
}
