import type { Sql } from "../database/pools.ts";
import type { MaintenanceJob } from "./maintenance.ts";

/** A client that has been away for longer than this asks what became of its command instead of sending it again. */
const keptDays = 30;
const perStep = 1_000;

/** Drops the receipts of commands that nobody repeats any more. `log`: a pool of the role `skein_log`. */
export function forgetCommands(log: Sql): MaintenanceJob {
  return {
    name: "forget old commands",
    everyMs: 60 * 60 * 1000,
    run: async () => {
      const [row] = await log<[{ forgotten: bigint }]>`
        select forget_commands(make_interval(days => ${keptDays}), ${perStep}) as forgotten`;
      return Number(row.forgotten) === perStep;
    },
  };
}
