import { byOperator } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { Sql } from "../database/pools.ts";
import { type OperatorCommand, parseId } from "./command.ts";
import { Refusal } from "./refusal.ts";

const batchRows = 5_000;

export const auditPrune: OperatorCommand = {
  name: "audit prune",
  usage: "--keep-days N [--tenant ID] --yes",
  summary: "deletes lines of the audit log that are older than so many days; without --yes, says how many",
  options: { "keep-days": { type: "string" }, tenant: { type: "string" }, yes: { type: "boolean" } },
  words: 0,
  run: async ({ options, database, output }) => {
    const keepDays = parseDays(options["keep-days"]);
    const tenantId = options.tenant === undefined ? null : parseId("the tenant's id", options.tenant);
    const old = await countOld(database.owner, keepDays, tenantId);
    if (options.yes !== true) {
      const total = [...old.values()].reduce((sum, count) => sum + count, 0);
      throw new Refusal(`--yes is missing; it would delete ${total} lines of ${old.size} tenants`);
    }
    for (const id of old.keys()) {
      let rows = 0;
      for (let deleted = batchRows; deleted === batchRows; rows += deleted) {
        deleted = await database.withTenant(id, async (sql) => {
          const { count } = await sql`
            delete from audit_lines where (tenant_id, at, id) in (
              select tenant_id, at, id from audit_lines
              where tenant_id = ${id} and at < clock_timestamp() - make_interval(days => ${keepDays}) limit ${batchRows})`;
          const details = { command: "audit prune", rows: count };
          if (count > 0) await record(sql, byOperator, { action: "operator.command", details });
          return count;
        });
      }
      output.say(`Deleted ${rows} lines of the tenant ${id}.`);
    }
    return 0;
  },
};

async function countOld(owner: Sql, keepDays: number, tenantId: string | null): Promise<ReadonlyMap<string, number>> {
  const rows = await owner<{ tenant_id: string; count: bigint }[]>`
    select tenant_id, count(*) as count from audit_lines
    where at < clock_timestamp() - make_interval(days => ${keepDays})
      and (${tenantId}::uuid is null or tenant_id = ${tenantId}::uuid)
    group by tenant_id order by tenant_id`;
  return new Map(rows.map(({ tenant_id, count }) => [tenant_id, Number(count)]));
}

function parseDays(value: string | boolean | undefined): number {
  if (typeof value === "string" && /^\d{1,5}$/.test(value)) return Number(value);
  throw new Refusal("--keep-days must be a whole number of days");
}
