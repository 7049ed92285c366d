/** What upstream's clients show of a person's use: totals, the best day, and days in a row. */
import type { Transaction } from "../database/pools.ts";

export interface DailyTokens {
  /** YYYY-MM-DD in UTC. */
  readonly startDate: string;
  readonly tokens: number;
}

export interface ModelTokens {
  readonly model: string;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  /** Of them, paid with credits. */
  readonly creditTokens: number;
}

/** Oldest first. */
export async function readDailyTokens(sql: Transaction, userId: string): Promise<readonly DailyTokens[]> {
  const rows = await sql<{ date: string; tokens: bigint }[]>`
    select to_char(d.day, 'YYYY-MM-DD') as date, sum(d.total_tokens)::bigint as tokens from usage_days d
    where d.tenant_id = current_tenant() and d.user_id = ${userId} group by d.day order by d.day`;
  return rows.map(({ date, tokens }) => ({ startDate: date, tokens: Number(tokens) }));
}

export async function readThreadTokens(sql: Transaction, threadId: string): Promise<readonly ModelTokens[]> {
  const rows = await sql<
    { model: string; input: bigint; cached: bigint; output: bigint; total: bigint; credits: bigint }[]
  >`
    select c.model, sum(c.input_tokens)::bigint as input, sum(c.cached_tokens)::bigint as cached, sum(c.output_tokens)::bigint as output,
      sum(c.total_tokens)::bigint as total, coalesce(sum(c.total_tokens) filter (where c.source = 'credits'), 0)::bigint as credits
    from model_calls c where c.tenant_id = current_tenant() and c.thread_id = ${threadId} group by c.model order by total desc`;
  return rows.map(({ model, input, cached, output, total, credits }) => ({
    model,
    inputTokens: Number(input),
    cachedInputTokens: Number(cached),
    outputTokens: Number(output),
    totalTokens: Number(total),
    creditTokens: Number(credits),
  }));
}

export interface Activity {
  readonly lifetimeTokens: number;
  readonly peakDailyTokens: number;
  readonly currentStreakDays: number;
  readonly longestStreakDays: number;
}

const dayMs = 86_400_000;

/** `days`: oldest first. A streak that reached to yesterday goes on until today is over. */
export function deriveActivity(days: readonly DailyTokens[], nowMs: number): Activity {
  let longest = 0;
  let streak = 0;
  let before = Number.NaN;
  for (const { startDate } of days) {
    const day = Date.parse(startDate) / dayMs;
    streak = day === before + 1 ? streak + 1 : 1;
    longest = Math.max(longest, streak);
    before = day;
  }
  const today = Math.floor(nowMs / dayMs);
  return {
    lifetimeTokens: days.reduce((sum, { tokens }) => sum + tokens, 0),
    peakDailyTokens: Math.max(0, ...days.map(({ tokens }) => tokens)),
    currentStreakDays: before >= today - 1 ? streak : 0,
    longestStreakDays: longest,
  };
}
