/** What the audit log is told of budgets that were saved: a line for each window whose limit is another than before. */
import type { AuditLine } from "../audit/record.ts";
import type { WindowTokens } from "../config-usage.ts";
import type { BudgetChange, Budgets } from "./budgets.ts";

type Before = Pick<Budgets, "windows" | "pool" | "member" | "members">;

export function deriveBudgetLines(before: Before, { pool, member, members = [] }: BudgetChange): readonly AuditLine[] {
  const { windows } = before;
  return [
    ...(pool === undefined ? [] : linesOf("pool", null, windows, before.pool, pool)),
    ...(member === undefined ? [] : linesOf("every member", null, windows, before.member, member)),
    ...members.flatMap(({ userId, limits }) => {
      const own = before.members.find((each) => each.userId === userId.toLowerCase())?.limits ?? null;
      if (limits !== null) return linesOf("member", userId, windows, own, limits);
      return own === null ? [] : [line("as every member", userId, null, null)];
    }),
  ];
}

/** `before`: null, what counts for every member counted. */
function linesOf(
  scope: string,
  subject: string | null,
  { primaryMinutes, secondaryMinutes }: Budgets["windows"],
  before: WindowTokens | null,
  after: WindowTokens,
): readonly AuditLine[] {
  return [
    ...(before?.primary === after.primary ? [] : [line(scope, subject, after.primary, primaryMinutes)]),
    ...(before?.secondary === after.secondary ? [] : [line(scope, subject, after.secondary, secondaryMinutes)]),
  ];
}

function line(scope: string, subject: string | null, tokens: number | null, minutes: number | null): AuditLine {
  const windowSeconds = minutes === null ? null : minutes * 60;
  return { action: "budget.changed", subject, details: { scope, tokens, windowSeconds } };
}
