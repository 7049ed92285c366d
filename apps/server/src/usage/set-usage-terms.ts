import type { UsageSettings } from "../config-usage.ts";
import type { Sql } from "../database/pools.ts";

/** Makes the configuration's word count for all nodes. `log`: a pool of the role `skein_log`. */
export async function setUsageTerms(log: Sql, { windows, allowance, pool }: UsageSettings): Promise<void> {
  await log`select set_usage_terms(${windows.primaryMinutes}, ${windows.secondaryMinutes}, ${allowance.primary}, ${allowance.secondary},
    ${pool.primary}, ${pool.secondary})`;
}
