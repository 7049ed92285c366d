/** What people have used and may use: in Skein's words, and in those of upstream's account. */
import type { Clock } from "@skein/core/ports";
import { errors } from "@skein/protocol/errors";
import type { UsageWindow } from "@skein/protocol/methods/usage";
import { parseThreadId } from "@skein/protocol/thread-id";
import type { WithTenant } from "../database/with-tenant.ts";
import { listMembers } from "../identity/members.ts";
import { deriveActivity, type ModelTokens, readDailyTokens, readThreadTokens } from "../usage/activity.ts";
import { changeBudgets, readBudgets } from "../usage/budgets.ts";
import type { CallAllowance } from "../usage/call-allowance.ts";
import { presentLimits } from "../usage/present-limits.ts";
import { readReport } from "../usage/report.ts";
import { readStanding, type SourceStanding, type Standing, type WindowStanding } from "../usage/standing.ts";
import { actingBy } from "./acting.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods =
  | "account/rateLimits/read"
  | "account/usage/read"
  | "skein/usage/read"
  | "skein/usage/report"
  | "skein/budget/read"
  | "skein/budget/update";

export interface UsageServices {
  readonly withTenant: WithTenant;
  readonly clock: Clock;
  readonly usage: {
    readonly allowance: Pick<CallAllowance, "forget">;
    limitsChanged(tenantId: string, userIds: readonly string[]): void;
  };
}

const defaultDays = 30;

export function usageHandlers({ withTenant, clock, usage }: UsageServices): Handlers<Methods> {
  return {
    "account/rateLimits/read": async (_params, { principal: { tenantId, userId } }) => {
      const standing = await withTenant(tenantId, (sql) => readStanding(sql, userId));
      const rateLimits = presentLimits(standing);
      return {
        rateLimits,
        rateLimitsByLimitId: { skein: rateLimits },
        ordinaryUsageAllowed: rateLimits.rateLimitReachedType === null,
      };
    },
    "account/usage/read": async (params, { principal: { tenantId, userId } }) => {
      const given = params?.threadId ?? null;
      const thread = given === null ? null : parseThreadId(given);
      if (thread !== null && !thread.ok) refuse(errors.invalidThreadId(thread.detail));
      const threadId = thread?.ok ? thread.threadId : null;
      return withTenant(tenantId, async (sql) => {
        const days = await readDailyTokens(sql, userId);
        const threadUsage = threadId === null ? null : presentThread(threadId, await readThreadTokens(sql, threadId));
        return { summary: deriveActivity(days, clock.now()), dailyUsageBuckets: [...days], threadUsage };
      });
    },
    "skein/usage/read": (params, { principal: { tenantId, userId } }) =>
      withTenant(tenantId, async (sql) => {
        const standing = presentStanding(await readStanding(sql, userId));
        return {
          standing,
          report: presentReport(await readReport(sql, { days: params?.days ?? defaultDays, userId })),
        };
      }),
    "skein/usage/report": async (params, { principal: { tenantId } }) => {
      const scope = { days: params?.days ?? defaultDays, userId: null };
      return { report: presentReport(await withTenant(tenantId, (sql) => readReport(sql, scope))) };
    },
    "skein/budget/read": async (_params, { principal: { tenantId } }) => {
      const { members, ...budgets } = await readBudgets(withTenant, tenantId);
      return { ...budgets, members: [...members] };
    },
    "skein/budget/update": async (change, call) => {
      const { tenantId } = call.principal;
      if (!(await changeBudgets(withTenant, tenantId, change, actingBy(call)))) {
        refuse(errors.memberNotFound(change.members?.map(({ userId }) => userId).join(", ") ?? ""));
      }
      usage.allowance.forget();
      const isForAll = change.pool !== undefined || change.member !== undefined;
      const concerned = isForAll ? await listMembers(withTenant, tenantId) : (change.members ?? []);
      usage.limitsChanged(
        tenantId,
        concerned.map(({ userId }) => userId),
      );
      return {};
    },
  };
}

function presentStanding({ member, allowance, pool, credits }: Standing) {
  return { member: presentSource(member), allowance: presentSource(allowance), pool: presentSource(pool), credits };
}

function presentSource({ primary, secondary }: SourceStanding) {
  return { primary: presentWindow(primary), secondary: presentWindow(secondary) };
}

function presentWindow({ resetsAtMs, ...window }: WindowStanding): UsageWindow {
  return { ...window, resetsAt: resetsAtMs };
}

function presentReport({ days, threads, members }: Awaited<ReturnType<typeof readReport>>) {
  return { days: [...days], threads: [...threads], members: [...members] };
}

/** A credit is a token. */
function presentThread(threadId: string, models: readonly ModelTokens[]) {
  const groups = models.map(({ creditTokens, ...model }) => ({
    ...model,
    netNewInputTokens: model.inputTokens - model.cachedInputTokens,
    estimatedUsageCreditsMicros: creditTokens * 1_000_000,
  }));
  const estimatedUsageCreditsMicros = groups.reduce((sum, group) => sum + group.estimatedUsageCreditsMicros, 0);
  return { threadId, groups, estimatedUsageCreditsMicros };
}
