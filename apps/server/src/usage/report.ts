/** What was used, by day, thread and person: read from the sums, never from the ledger. */
import type { Transaction } from "../database/pools.ts";

export interface UsageSums {
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningOutputTokens: number;
  readonly totalTokens: number;
}

export interface Report {
  readonly days: readonly (UsageSums & { readonly date: string })[];
  readonly threads: readonly (UsageSums & { readonly threadId: string; readonly name: string | null })[];
  readonly members: readonly (UsageSums & { readonly userId: string | null; readonly name: string | null })[];
}

export interface ReportScope {
  readonly days: number;
  /** null: everybody's. */
  readonly userId: string | null;
}

const maxThreads = 50;
const nobody = "00000000-0000-0000-0000-000000000000";

interface SumsRow {
  readonly calls: bigint;
  readonly input: bigint;
  readonly cached: bigint;
  readonly output: bigint;
  readonly reasoning: bigint;
  readonly total: bigint;
}

export async function readReport(sql: Transaction, { days, userId }: ReportScope): Promise<Report> {
  const sums = sql`sum(d.calls)::bigint as calls, sum(d.input_tokens)::bigint as input, sum(d.cached_tokens)::bigint as cached,
    sum(d.output_tokens)::bigint as output, sum(d.reasoning_tokens)::bigint as reasoning, sum(d.total_tokens)::bigint as total`;
  const scope = sql`d.tenant_id = current_tenant() and d.day > (now() at time zone 'UTC')::date - ${days}::int
    and (${userId}::uuid is null or d.user_id = ${userId}::uuid)`;
  const byDay = await sql<(SumsRow & { date: string })[]>`
    select to_char(d.day, 'YYYY-MM-DD') as date, ${sums} from usage_days d where ${scope} group by d.day order by d.day`;
  // A person may have used a thread that is no longer for them to see.
  const byThread = await sql<(SumsRow & { thread_id: string; name: string | null })[]>`
    select d.thread_id, max(case when ${userId}::uuid is null or t.created_by = ${userId}::uuid
      then coalesce(t.name, nullif(t.preview, '')) end) as name, ${sums}
    from usage_days d left join threads t on t.tenant_id = d.tenant_id and t.id = d.thread_id
    where ${scope} group by d.thread_id order by total desc, d.thread_id limit ${maxThreads}`;
  const byMember = await sql<(SumsRow & { user_id: string; name: string | null })[]>`
    select d.user_id, max(u.name) as name, ${sums} from usage_days d left join users u on u.id = d.user_id
    where ${scope} group by d.user_id order by total desc, d.user_id`;
  return {
    days: byDay.map(({ date, ...row }) => ({ date, ...sumsOf(row) })),
    threads: byThread.map(({ thread_id: threadId, name, ...row }) => ({ threadId, name, ...sumsOf(row) })),
    members: byMember.map(({ user_id, name, ...row }) => {
      return { userId: user_id === nobody ? null : user_id, name, ...sumsOf(row) };
    }),
  };
}

function sumsOf({ calls, input, cached, output, reasoning, total }: SumsRow): UsageSums {
  return {
    calls: Number(calls),
    inputTokens: Number(input),
    cachedInputTokens: Number(cached),
    outputTokens: Number(output),
    reasoningOutputTokens: Number(reasoning),
    totalTokens: Number(total),
  };
}
