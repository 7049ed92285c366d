import { matchPath, type PathMatch } from "./match-path.ts";

export interface FoundPath extends PathMatch {
  /** Relative to the root. */
  readonly path: string;
  readonly kind: "file" | "directory";
}

export interface KnownPath {
  readonly path: string;
  readonly kind: "file" | "directory";
}

/** The best first; of those that fit equally well, by their paths. */
export function rankPaths(paths: readonly KnownPath[], query: string, limit: number): FoundPath[] {
  const found: FoundPath[] = [];
  for (const known of paths) {
    const match = matchPath(known.path, query);
    if (match !== null) found.push({ ...known, ...match });
  }
  return found.sort(byRank).slice(0, limit);
}

export function byRank(one: FoundPath, other: FoundPath): number {
  return other.score - one.score || (one.path < other.path ? -1 : one.path > other.path ? 1 : 0);
}
