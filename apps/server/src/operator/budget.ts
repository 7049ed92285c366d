import { byOperator } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import { parseWindowTokens, type WindowTokens } from "../config-usage.ts";
import type { Sql } from "../database/pools.ts";
import { unlimitedTokens } from "../usage/budgets.ts";
import { type OperatorCommand, type OperatorRequest, parseId } from "./command.ts";
import { Refusal } from "./refusal.ts";

export const budget: OperatorCommand = {
  name: "budget",
  usage: "TENANT [--allowance TOKENS/TOKENS] [--pool TOKENS/TOKENS] [--add-credits TOKENS] [--default]",
  summary:
    "what a tenant may use of the model in the two windows (- is no limit) and beyond them; --default goes back to the server's figures",
  options: {
    allowance: { type: "string" },
    pool: { type: "string" },
    "add-credits": { type: "string" },
    default: { type: "boolean" },
  },
  words: 1,
  run: async ({ words, options, database, output }) => {
    const { owner } = database;
    const tenantId = parseId("the tenant's id", words[0]);
    const [tenant] = await owner`select from tenants where id = ${tenantId}`;
    if (tenant === undefined) throw new Refusal(`there is no tenant ${tenantId}`);
    if (Object.keys(options).length > 0) await change(database, tenantId, options);
    output.say(await describe(owner, tenantId));
    return 0;
  },
};

async function change(
  { withTenant }: OperatorRequest["database"],
  tenantId: string,
  options: OperatorRequest["options"],
): Promise<void> {
  const allowance = readTokens("--allowance", options.allowance);
  const pool = readTokens("--pool", options.pool);
  const credits = readCredits(options["add-credits"]);
  await withTenant(tenantId, async (sql) => {
    await sql`insert into tenant_budgets (tenant_id) values (${tenantId}) on conflict do nothing`;
    if (options.default === true) {
      await sql`update tenant_budgets set allowance_primary = null, allowance_secondary = null, pool_primary = null, pool_secondary = null
        where tenant_id = ${tenantId}`;
    }
    if (allowance !== null) {
      await sql`update tenant_budgets set allowance_primary = ${allowance.primary ?? unlimitedTokens},
        allowance_secondary = ${allowance.secondary ?? unlimitedTokens} where tenant_id = ${tenantId}`;
    }
    if (pool !== null) {
      await sql`update tenant_budgets set pool_primary = ${pool.primary ?? unlimitedTokens},
        pool_secondary = ${pool.secondary ?? unlimitedTokens} where tenant_id = ${tenantId}`;
    }
    await sql`update tenant_budgets set credits = credits + ${credits} where tenant_id = ${tenantId}`;
    await record(sql, byOperator, { action: "operator.command", details: { command: "budget", rows: null } });
  });
}

function readTokens(name: string, value: string | boolean | undefined): WindowTokens | null {
  if (value === undefined) return null;
  const tokens = parseWindowTokens(String(value));
  if (tokens === null) throw new Refusal(`${name} must be tokens for the two windows, e.g. 500000/2000000`);
  return tokens;
}

function readCredits(value: string | boolean | undefined): number {
  if (value === undefined) return 0;
  if (typeof value !== "string" || !/^-?\d{1,15}$/.test(value))
    throw new Refusal("--add-credits must be a whole number of tokens");
  return Number(value);
}

async function describe(owner: Sql, tenantId: string): Promise<string> {
  const nobody = "00000000-0000-0000-0000-000000000000";
  const rows = await owner<{ span: string; allowed: bigint | null; used: bigint }[]>`
    select span, allowed, used from usage_standing(${tenantId}, ${nobody}) where source = 'pool' order by span`;
  const [given] = await owner<[{ credits: bigint; primary: bigint | null; secondary: bigint | null }]>`
    select coalesce(b.credits, 0) as credits, coalesce(b.allowance_primary, d.allowance_primary) as primary,
      coalesce(b.allowance_secondary, d.allowance_secondary) as secondary
    from usage_terms d left join tenant_budgets b on b.tenant_id = ${tenantId}`;
  const pool = rows.map(({ span, allowed, used }) => `${used} of ${tokens(allowed)} tokens in the ${span} window`);
  return [
    `Pool: ${pool.join(", ")}.`,
    `Allowance of each member: ${tokens(given.primary)} and ${tokens(given.secondary)}. Credits: ${given.credits}.`,
  ].join("\n");
}

function tokens(value: bigint | null): string {
  return value === null || Number(value) >= unlimitedTokens ? "no limit" : String(value);
}
