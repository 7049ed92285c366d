import type { OperatorCommand } from "./command.ts";
import { parseId } from "./command.ts";

export const usageRebuild: OperatorCommand = {
  name: "usage rebuild",
  usage: "[--tenant ID]",
  summary: "makes the sums of what was used, and the windows that run, anew from the ledger of the model's calls",
  options: { tenant: { type: "string" } },
  words: 0,
  run: async ({ options, database: { owner }, output }) => {
    const only = options.tenant === undefined ? null : parseId("--tenant", options.tenant);
    const tenants = await owner<{ id: string }[]>`
      select id from tenants where ${only}::uuid is null or id = ${only}::uuid order by id`;
    for (const { id } of tenants) await owner`select rebuild_usage(${id})`;
    output.say(`Made the sums of ${tenants.length} tenants anew.`);
    return 0;
  },
};
