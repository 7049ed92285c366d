import type { Sql } from "../database/pools.ts";
import { sweepBlobs } from "../log/sweep-blobs.ts";
import type { MaintenanceJob } from "./maintenance.ts";

const perStep = 200;

/** Lets go of what only deleted threads referred to. `log`: a pool of the role `skein_log`. */
export function sweepBlobsJob(log: Sql): MaintenanceJob {
  return {
    name: "sweep blobs",
    everyMs: 10 * 60 * 1000,
    run: async () => (await sweepBlobs(log, perStep)) === perStep,
  };
}
