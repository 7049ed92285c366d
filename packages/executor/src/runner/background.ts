import { sendSignal } from "../process/kill-tree.ts";
import { carries, readProcessTable } from "../process/process-table.ts";

/** In every command's environment where a runner shares the machine with others: whose process it is. */
export const runnerMarker = "SKEIN_RUNNER_ID";

/** Bounds the search for processes that are executing another program, of about 1 ms each. */
const maxRounds = 50;

/**
 * How many processes of this runner there are beside itself. `ownMarker` null: the pid namespace is its own, and all
 * but its init process count; otherwise those whose environment carries the marker.
 */
export function countBackground(ownMarker: string | null): number {
  return findBackground(ownMarker).pids.length;
}

/** Where no pid namespace does it, the end of a runner must take its processes along itself. */
export function killBackground(ownMarker: string | null): void {
  for (let round = 0; round < maxRounds; round++) {
    const { pids, complete } = findBackground(ownMarker);
    for (const pid of pids) sendSignal(pid, "SIGKILL");
    if (pids.length === 0 && complete) return;
  }
}

function findBackground(ownMarker: string | null): { pids: number[]; complete: boolean } {
  const others = readProcessTable()
    .filter(({ pid, zombie }) => !zombie && pid !== 1 && pid !== process.pid)
    .map(({ pid }) => pid);
  if (ownMarker === null) return { pids: others, complete: true };
  const marks = others.map((pid) => ({ pid, mark: carries(pid, `${runnerMarker}=${ownMarker}`) }));
  return {
    pids: marks.filter(({ mark }) => mark === true).map(({ pid }) => pid),
    complete: marks.every(({ mark }) => mark !== null),
  };
}
