import type { Sql } from "../database/pools.ts";
import type { MaintenanceJob } from "./maintenance.ts";

const perStep = 1_000;

/** Drops what is known of attempts that count no more, and of browsers that have not been seen for over a year. `log`: a pool of the role `skein_log`. */
export function forgetSignInAttempts(log: Sql): MaintenanceJob {
  return {
    name: "forget old sign-in attempts",
    everyMs: 60 * 60 * 1000,
    run: async () => {
      const [row] = await log<[{ forgotten: bigint }]>`select forget_sign_in_attempts(${perStep}) as forgotten`;
      return Number(row.forgotten) === perStep;
    },
  };
}
