import { byOperator } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import { parseWindowTokens } from "../config-usage.ts";
import { unlimitedTokens } from "../usage/budgets.ts";
import { tokensOrNone } from "./budget-list.ts";
import { type OperatorCommand, parseId } from "./command.ts";
import { Refusal } from "./refusal.ts";

export const budgetMember: OperatorCommand = {
  name: "budget member",
  usage: "TENANT USER [--limit TOKENS/TOKENS] [--clear]",
  summary:
    "the most that one member may use in the two windows, as an owner of the tenant sets it too; --clear goes back to what is for all",
  options: { limit: { type: "string" }, clear: { type: "boolean" } },
  words: 2,
  run: async ({ words, options, database, output }) => {
    const [tenantId, userId] = [parseId("the tenant's id", words[0]), parseId("the person's id", words[1])];
    const isCleared = options.clear === true;
    const limit = options.limit === undefined ? null : parseWindowTokens(String(options.limit));
    if (options.limit !== undefined && limit === null)
      throw new Refusal("--limit must be tokens for the two windows, e.g. 500000/2000000");
    if (isCleared && limit !== null) throw new Refusal("--limit and --clear exclude each other");
    await database.withTenant(tenantId, async (sql) => {
      const [member] = await sql`select from members where tenant_id = ${tenantId} and user_id = ${userId}`;
      if (member === undefined) throw new Refusal(`the tenant ${tenantId} has no member ${userId}`);
      if (!isCleared && limit === null) return;
      await sql`delete from member_budgets where tenant_id = ${tenantId} and user_id = ${userId}`;
      if (limit !== null) {
        await sql`insert into member_budgets (tenant_id, user_id, member_primary, member_secondary)
          values (${tenantId}, ${userId}, ${limit.primary ?? unlimitedTokens}, ${limit.secondary ?? unlimitedTokens})`;
      }
      const details = { command: "budget member", rows: 1 };
      await record(sql, byOperator, { action: "operator.command", subject: userId, details });
    });
    const rows = await database.owner<{ span: string; allowed: bigint | null; used: bigint }[]>`
      select span, allowed, used from usage_standing(${tenantId}, ${userId}) where source = 'member' order by span`;
    for (const { span, allowed, used } of rows)
      output.say(`${used}/${tokensOrNone(allowed)} tokens in the ${span} window`);
    return 0;
  },
};
