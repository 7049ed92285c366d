/** Memory holds keys and what people have written; a core dump would put it on a disk. */
import { writeFileSync } from "node:fs";

/** Leaves nothing for the core dumps of this process and of all that it starts; where there is no such switch, nothing happens. */
export function emptyCoreDumps(): void {
  try {
    writeFileSync("/proc/self/coredump_filter", "0");
  } catch {
    // Not Linux, or not allowed: then the machine decides.
  }
}
