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
  "account/bedrock/checkGovCloudRequirements": {
    experimental: true,
    params: emptyParamsSchema,
    result: z.object({ isGovCloud: z.boolean(), shouldWarn: z.boolean() }),
  },
} as const satisfies Record<string, Method>;
