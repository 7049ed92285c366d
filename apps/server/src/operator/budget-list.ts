import { unlimitedTokens } from "../usage/budgets.ts";
import type { OperatorCommand } from "./command.ts";

interface Row {
  readonly id: string;
  readonly name: string;
  readonly primary_used: bigint;
  readonly primary_allowed: bigint | null;
  readonly secondary_used: bigint;
  readonly secondary_allowed: bigint | null;
  readonly credits: bigint;
  readonly is_own: boolean;
}

export const budgetList: OperatorCommand = {
  name: "budget list",
  usage: "",
  summary:
    "a line for each tenant: what its pool has given and may give in the two windows, its credits, and whether the figures are its own",
  options: {},
  words: 0,
  run: async ({ database: { owner }, output }) => {
    const nobody = "00000000-0000-0000-0000-000000000000";
    const rows = await owner<Row[]>`
      select t.id, t.name, p.used as primary_used, p.allowed as primary_allowed, s.used as secondary_used, s.allowed as secondary_allowed,
        coalesce(b.credits, 0) as credits, coalesce(b.allowance_primary, b.allowance_secondary, b.pool_primary, b.pool_secondary) is not null as is_own
      from tenants t left join tenant_budgets b on b.tenant_id = t.id
        join lateral (select * from usage_standing(t.id, ${nobody}) u where u.source = 'pool' and u.span = 'primary') p on true
        join lateral (select * from usage_standing(t.id, ${nobody}) u where u.source = 'pool' and u.span = 'secondary') s on true
      order by lower(t.name), t.id`;
    for (const row of rows) output.say(describe(row));
    return 0;
  },
};

function describe(row: Row): string {
  const { id, name, credits, is_own: isOwn } = row;
  const windows = [
    `${row.primary_used}/${tokensOrNone(row.primary_allowed)}`,
    `${row.secondary_used}/${tokensOrNone(row.secondary_allowed)}`,
  ];
  return [
    id,
    ...windows,
    `credits ${credits}`,
    isOwn ? "own figures" : "the server's figures",
    JSON.stringify(name),
  ].join("  ");
}

/** null: without a limit. */
export function tokensOrNone(value: bigint | null): string {
  return value === null || Number(value) >= unlimitedTokens ? "-" : String(value);
}
