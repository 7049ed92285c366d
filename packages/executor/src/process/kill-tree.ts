import { carries, readProcessTable, selectTree } from "./process-table.ts";

/** Set in a command's environment, so that what it left behind in a session of its own is still found as its. */
export const commandMarker = "SKEIN_COMMAND_ID";

const maxRounds = 20;

/**
 * SIGKILL to a command and all it started. Rounds, because a process may fork between the look and the kill; what
 * changes its session and its environment to get away lives until the sandbox ends.
 */
export function killTree(pid: number, marker: string): void {
  const assignment = `${commandMarker}=${marker}`;
  for (let round = 0; round < maxRounds; round++) {
    const table = readProcessTable().filter((entry) => !entry.zombie && entry.pid !== 1 && entry.pid !== process.pid);
    const marks = new Map(table.map((entry) => [entry.pid, carries(entry.pid, assignment)]));
    const marked = table.filter((entry) => marks.get(entry.pid) === true).map((entry) => entry.pid);
    const victims = [...selectTree(table, new Set([pid, ...marked]))].filter((victim) => marks.has(victim));
    for (const victim of victims) sendSignal(victim, "SIGKILL");
    if (victims.length === 0 && ![...marks.values()].includes(null)) return;
  }
}

/** `pid` below zero names a group. A process that has just ended is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
