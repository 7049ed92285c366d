/** The processes of this pid namespace, from /proc. Entries that vanish while they are read are left out. */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Foreground process group of the controlling terminal; -1 without one. */
  readonly foregroundGroup: number;
  readonly zombie: boolean;
}

export function readProcessTable(): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const entry = readProcess(pid);
    if (entry !== null) entries.push(entry);
  }
  return entries;
}

export function readProcess(pid: number): ProcessEntry | null {
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return null;
  }
}

/** The command's name, second field, may hold spaces and parentheses: what counts follows the last one. */
export function parseStat(pid: number, stat: string): ProcessEntry {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    zombie: fields[0] === "Z",
    parent: Number(fields[1]),
    session: Number(fields[3]),
    foregroundGroup: Number(fields[5]),
  };
}

/**
 * Whether the process was started with `NAME=value`. Null for one whose environment is empty, as it is for a moment while a
 * process executes another program: look again.
 */
export function carries(pid: number, assignment: string): boolean | null {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
    return environment === "" ? null : environment.split("\0").includes(assignment);
  } catch {
    return false;
  }
}

/** `roots` and everything below them, by parent and by session: a child whose parent has died keeps its session. */
export function selectTree(table: readonly ProcessEntry[], roots: ReadonlySet<number>): Set<number> {
  const tree = new Set(roots);
  for (let size = -1; size !== tree.size; ) {
    size = tree.size;
    for (const entry of table) {
      if (tree.has(entry.parent) || roots.has(entry.session)) tree.add(entry.pid);
    }
  }
  return tree;
}
