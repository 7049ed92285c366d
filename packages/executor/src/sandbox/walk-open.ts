import { closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";

/** `O_PATH` of fcntl.h, the same on x64 and arm64; Node has no name for it. */
export const openPathOnly = 0o10000000;

export type Walk =
  | { readonly type: "opened"; readonly descriptor: number; readonly stats: Stats }
  | { readonly type: "missing" }
  /** A component is a symbolic link, or is no directory though more components follow. */
  | { readonly type: "refused"; readonly component: string };

/**
 * Opens a path component by component, each relative to the descriptor of the one before and none through a link, so
 * that no rename meanwhile can lead elsewhere. The descriptor names the file (`O_PATH`) and is the caller's to close.
 * `inspect` sees every component's stats and may throw.
 */
export function walkOpen(root: string | number, components: readonly string[], inspect?: (stats: Stats) => void): Walk {
  let descriptor = openSync(typeof root === "string" ? root : `/proc/self/fd/${root}`, openPathOnly);
  try {
    let stats = fstatSync(descriptor);
    inspect?.(stats);
    for (const component of components) {
      if (!stats.isDirectory()) return refuse(descriptor, component);
      const next = openComponent(descriptor, component);
      closeSync(descriptor);
      if (next === null) return { type: "missing" };
      descriptor = next;
      stats = fstatSync(descriptor);
      if (stats.isSymbolicLink()) return refuse(descriptor, component);
      inspect?.(stats);
    }
    return { type: "opened", descriptor, stats };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openComponent(directory: number, name: string): number | null {
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0")) {
    throw new RangeError(`${JSON.stringify(name)} is no path component`);
  }
  try {
    return openSync(`/proc/self/fd/${directory}/${name}`, openPathOnly | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function refuse(descriptor: number, component: string): Walk {
  closeSync(descriptor);
  return { type: "refused", component };
}
