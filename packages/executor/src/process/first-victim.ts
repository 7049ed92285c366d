/**
 * What the kernel ends first when memory runs out. It chooses by size, and without a word it might choose the runner, with
 * which the whole sandbox would end, or another tenant's work or the server, when the machine is short.
 */
import { readFileSync, writeFileSync } from "node:fs";

const file = "/proc/self/oom_score_adj";
/** The highest there is. Whoever is there has all of memory added to its size. */
const first = "1000";

/** Whatever `start` starts inherits it. Raising needs no right, and neither does going back to where one was. */
export function asFirstVictim<T>(start: () => T): T {
  const before = exchange(first);
  try {
    return start();
  } finally {
    if (before !== null) exchange(before);
  }
}

function exchange(score: string): string | null {
  try {
    const before = readFileSync(file, "latin1").trim();
    writeFileSync(file, score);
    return before;
  } catch {
    // A machine without it, or that forbids it: then size decides.
    return null;
  }
}
