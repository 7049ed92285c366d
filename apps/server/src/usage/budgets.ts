/** What the operator gives a tenant, and what its owners make of it. */

import type { AuditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { WindowTokens } from "../config-usage.ts";
import type { Transaction } from "../database/pools.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import { deriveBudgetLines } from "./derive-budget-lines.ts";

export interface Budgets {
  readonly windows: { readonly primaryMinutes: number; readonly secondaryMinutes: number };
  readonly given: { readonly allowance: WindowTokens; readonly pool: WindowTokens; readonly credits: number };
  readonly pool: WindowTokens;
  readonly member: WindowTokens;
  readonly members: readonly { readonly userId: string; readonly limits: WindowTokens }[];
}

export interface BudgetChange {
  readonly pool?: WindowTokens | undefined;
  readonly member?: WindowTokens | undefined;
  /** `limits` null: as for all. */
  readonly members?: readonly { readonly userId: string; readonly limits: WindowTokens | null }[] | undefined;
}

/** What stands for "no limit" where null stands for "as for all". */
export const unlimitedTokens = Number.MAX_SAFE_INTEGER;

type Row = Readonly<Record<string, bigint | number | null>>;

export function readBudgets(withTenant: WithTenant, tenantId: string): Promise<Budgets> {
  return withTenant(tenantId, readStored);
}

async function readStored(sql: Transaction): Promise<Budgets> {
  const [row] = await sql<[Row]>`
    select d.primary_minutes, d.secondary_minutes, coalesce(b.credits, 0) as credits,
      coalesce(b.allowance_primary, d.allowance_primary) as allowance_primary,
      coalesce(b.allowance_secondary, d.allowance_secondary) as allowance_secondary,
      coalesce(b.pool_primary, d.pool_primary) as pool_primary, coalesce(b.pool_secondary, d.pool_secondary) as pool_secondary,
      b.own_pool_primary, b.own_pool_secondary, b.member_primary, b.member_secondary
    from usage_terms d left join tenant_budgets b on b.tenant_id = current_tenant()`;
  const members = await sql<Row[]>`
    select user_id, member_primary, member_secondary from member_budgets where tenant_id = current_tenant() order by user_id`;
  return {
    windows: { primaryMinutes: Number(row.primary_minutes), secondaryMinutes: Number(row.secondary_minutes) },
    given: { allowance: tokensOf(row, "allowance"), pool: tokensOf(row, "pool"), credits: Number(row.credits) },
    pool: tokensOf(row, "own_pool"),
    member: tokensOf(row, "member"),
    members: members.map((each) => ({ userId: String(each.user_id), limits: tokensOf(each, "member") })),
  };
}

/** False: one of the people is no member. Nothing was changed then. */
export function changeBudgets(
  withTenant: WithTenant,
  tenantId: string,
  change: BudgetChange,
  by: AuditBy,
): Promise<boolean> {
  return withTenant(tenantId, async (sql) => {
    const { pool, member, members = [] } = change;
    const ids = [...new Set(members.map(({ userId }) => userId.toLowerCase()))];
    const [known] = await sql<[{ count: bigint }]>`
      select count(*) as count from members where tenant_id = current_tenant() 
        and user_id::text in (select json_array_elements_text(${JSON.stringify(ids)}::text::json))`;
    if (Number(known.count) !== ids.length) return false;
    await sql`insert into tenant_budgets (tenant_id) values (current_tenant()) on conflict do nothing`;
    // Who saves at the same time waits, so that each is told by what the other has left.
    await sql`select from tenant_budgets where tenant_id = current_tenant() for update`;
    const before = await readStored(sql);
    if (pool !== undefined) {
      await sql`update tenant_budgets set own_pool_primary = ${pool.primary}, own_pool_secondary = ${pool.secondary}
        where tenant_id = current_tenant()`;
    }
    if (member !== undefined) {
      await sql`update tenant_budgets set member_primary = ${member.primary}, member_secondary = ${member.secondary}
        where tenant_id = current_tenant()`;
    }
    for (const { userId, limits } of members) {
      await sql`delete from member_budgets where tenant_id = current_tenant() and user_id = ${userId}`;
      if (limits === null) continue;
      await sql`insert into member_budgets (tenant_id, user_id, member_primary, member_secondary) values (current_tenant(), ${userId},
        ${limits.primary ?? unlimitedTokens}, ${limits.secondary ?? unlimitedTokens})`;
    }
    for (const line of deriveBudgetLines(before, change)) await record(sql, by, line);
    return true;
  });
}

function tokensOf(row: Row, name: string): WindowTokens {
  const read = (value: bigint | number | null | undefined) =>
    value === null || value === undefined || Number(value) >= unlimitedTokens ? null : Number(value);
  return { primary: read(row[`${name}_primary`]), secondary: read(row[`${name}_secondary`]) };
}
