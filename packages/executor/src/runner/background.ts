import { sendSignal } from "../process/kill-tree.ts";
import { carries, readProcessTable } from "../process/process-table.ts";

/** In every command's environment where a runner shares the machine with others: whose process it is. */
export const runnerMarker = "SKEIN_RUNNER_ID";

/**
 * The processes of this runner beside itself. `ownMarker` null: the pid namespace is its own, and all but its
 * init process count; otherwise those whose environment carries the marker.
 */
export function findBackground(ownMarker: string | null): number[] {
  return readProcessTable()
    .filter(({ pid, zombie }) => !zombie && pid !== 1 && pid !== process.pid)
    .filter(({ pid }) => ownMarker === null || carries(pid, `${runnerMarker}=${ownMarker}`))
    .map(({ pid }) => pid);
}

/** Where no pid namespace does it, the end of a runner must take its processes along itself. */
export function killBackground(ownMarker: string | null): void {
  for (const pid of findBackground(ownMarker)) sendSignal(pid, "SIGKILL");
}
