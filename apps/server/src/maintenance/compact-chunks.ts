import type { Sql } from "../database/pools.ts";
import { compactChunks } from "../log/compact-chunks.ts";
import type { MaintenanceJob } from "./maintenance.ts";

const perStep = 1_000;

/** Lets go of streamed text that the completed item holds as a whole. `log`: a pool of the role `skein_log`. */
export function compactChunksJob(log: Sql, afterSeconds: number): MaintenanceJob {
  return {
    name: "compact chunks",
    everyMs: Math.min(60, Math.max(1, afterSeconds / 4)) * 1000,
    run: async () => {
      const { items, chunks } = await compactChunks(log, afterSeconds, perStep);
      return items === perStep || chunks === perStep;
    },
  };
}
