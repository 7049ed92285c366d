import type { Sql } from "../database/pools.ts";
import { settleLostCalls } from "../usage/reserve-call.ts";
import type { MaintenanceJob } from "./maintenance.ts";

/** What a lost owner has set aside for a call, or written down of it, is counted at the next call of its tenant or thread; where there is none, by this. `log`: of `skein_log`. */
export function settleLostCallsJob(log: Sql): MaintenanceJob {
  return {
    name: "settle lost calls",
    everyMs: 60 * 1000,
    run: async () => {
      await settleLostCalls(log);
      return false;
    },
  };
}
