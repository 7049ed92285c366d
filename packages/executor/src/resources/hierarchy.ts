/** Where this process may make control groups, from what the kernel says of its own. */
import { join } from "node:path";

export interface Hierarchy {
  readonly level: "cgroup1" | "cgroup2";
  /** Directories under which groups are made. In version 2 they are one. */
  readonly memory: string;
  readonly processes: string;
  /** null: shares of the processor cannot be set. */
  readonly cpu: string | null;
}

interface Mount {
  /** The part of the hierarchy that is mounted. */
  readonly root: string;
  readonly path: string;
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
}

/** The texts of `/proc/self/cgroup` and `/proc/self/mountinfo`. null: no hierarchy has both of memory and processes. */
export function deriveHierarchy1(ownGroups: string, mountinfo: string): Hierarchy | null {
  const mounts = parseMounts(mountinfo).filter(({ version }) => version === 1);
  const place = (controller: string): string | null => {
    const mount = mounts.find(({ controllers }) => controllers.includes(controller));
    const own = ownGroup(ownGroups, (controllers) => controllers.includes(controller));
    return mount === undefined || own === null ? null : below(mount, own);
  };
  const [memory, processes, cpu] = [place("memory"), place("pids"), place("cpu")];
  return memory === null || processes === null ? null : { level: "cgroup1", memory, processes, cpu };
}

/** The directory of this process's own group of version 2; null: it is not mounted. */
export function deriveOwnGroup2(ownGroups: string, mountinfo: string): string | null {
  const mount = parseMounts(mountinfo).find(({ version }) => version === 2);
  const own = ownGroup(ownGroups, (controllers) => controllers.length === 0);
  return mount === undefined || own === null ? null : below(mount, own);
}

export function hierarchy2(directory: string): Hierarchy {
  return { level: "cgroup2", memory: directory, processes: directory, cpu: directory };
}

/** Lines are `id:controllers:path`; version 2 has an empty list. */
function ownGroup(text: string, matches: (controllers: readonly string[]) => boolean): string | null {
  for (const line of text.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    if (matches(controllers === "" ? [] : controllers.split(","))) return path;
  }
  return null;
}

/** `36 25 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory`, see proc_pid_mountinfo(5). */
function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [, root, path, kind, options] = /^\d+ \d+ \d+:\d+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$/.exec(line) ?? [];
    if (root === undefined || path === undefined || options === undefined) return [];
    return [{ root, path, version: kind === "cgroup2" ? 2 : 1, controllers: options.split(",") }];
  });
}

/** In a container the mount may show only a part of the hierarchy, and the own path begins with that part. */
function below({ root, path }: Mount, own: string): string | null {
  if (own.includes("/..")) return null;
  if (root === "/") return join(path, own);
  if (own === root || own.startsWith(`${root}/`)) return join(path, own.slice(root.length));
  return path;
}
