import { z } from "zod";
import { emptyParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { planTypeSchema, rateLimitSnapshotSchema } from "../rate-limits.ts";

/** The account at the model's provider, not the member of the tenant. */
export const accountSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("apiKey") }),
  z.object({
    type: z.literal("chatgpt"),
    email: z.string().nullable(),
    planType: planTypeSchema,
    workspaceName: z.string().nullish(),
  }),
  z.object({ type: z.literal("amazonBedrock"), usesCodexManagedCredentials: z.boolean().default(false) }),
  z.object({ type: z.literal("gcp") }),
]);
export type Account = z.infer<typeof accountSchema>;

const resetCreditSchema = z.object({
  id: z.string(),
  resetType: z.enum(["codexRateLimits", "unknown"]),
  status: z.enum(["available", "redeeming", "redeemed", "unknown"]),
  grantedAt: z.int(),
  expiresAt: z.int().nullish(),
  title: z.string().nullish(),
  description: z.string().nullish(),
});

const threadUsageSchema = z.object({
  threadId: z.string(),
  groups: z.array(
    z.object({
      model: z.string().nullish(),
      reasoningEffort: z.string().nullish(),
      speed: z.string().nullish(),
      inputTokens: z.int().nullish(),
      cachedInputTokens: z.int().nullish(),
      netNewInputTokens: z.int().nullish(),
      outputTokens: z.int().nullish(),
      totalTokens: z.int().nullish(),
      estimatedUsageCreditsMicros: z.int(),
    }),
  ),
  estimatedUsageCreditsMicros: z.int(),
  estimatedUsageUsdMicros: z.int().nullish(),
  nativeUsageUsdMicros: z.int().nullish(),
});

export const accountMethods = {
  "account/read": {
    params: z.object({ refreshToken: z.boolean().optional() }),
    result: z.object({
      account: accountSchema.nullable(),
      userId: z.string().nullish(),
      /** True makes a client show a sign-in of its own; Skein's is done before. */
      requiresOpenaiAuth: z.boolean(),
      workspaceRouting: z
        .object({
          chatgptAccountId: z.string(),
          backendOrigin: z.string(),
          accountRoutingOverride: z.enum(["NO_CONSTRAINT", "us", "us_cr"]),
        })
        .nullish(),
    }),
  },
  "account/rateLimits/read": {
    params: z
      .object({ excludeResetCreditDetails: z.boolean().optional(), supportsLunaReserve: z.boolean().optional() })
      .nullish(),
    result: z.object({
      rateLimits: rateLimitSnapshotSchema,
      rateLimitsByLimitId: z.record(z.string(), rateLimitSnapshotSchema).nullish(),
      accountId: z.string().nullish(),
      ordinaryUsageAllowed: z.boolean().nullish(),
      rateLimitUpsell: z.unknown().optional(),
      rateLimitResetCredits: z
        .object({ availableCount: z.int(), credits: z.array(resetCreditSchema).nullish() })
        .nullish(),
    }),
  },
  /** Of the caller. With a thread, of that thread's calls, which is for whoever may read it. */
  "account/usage/read": {
    params: z.object({ threadId: z.string().nullish() }).nullish(),
    result: z.object({
      summary: z.object({
        lifetimeTokens: z.int().nullish(),
        peakDailyTokens: z.int().nullish(),
        longestRunningTurnSec: z.int().nullish(),
        currentStreakDays: z.int().nullish(),
        longestStreakDays: z.int().nullish(),
      }),
      /** `startDate`: YYYY-MM-DD, in UTC. */
      dailyUsageBuckets: z.array(z.object({ startDate: z.string(), tokens: z.int() })).nullish(),
      threadUsage: threadUsageSchema.nullish(),
    }),
  },
  "account/bedrock/checkGovCloudRequirements": {
    experimental: true,
    params: emptyParamsSchema,
    result: z.object({ isGovCloud: z.boolean(), shouldWarn: z.boolean() }),
  },
} as const satisfies Record<string, Method>;
