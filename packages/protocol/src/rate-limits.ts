import { z } from "zod";

export const planTypeSchema = z.enum([
  "free",
  "go",
  "plus",
  "pro",
  "prolite",
  "promax",
  "team",
  "self_serve_business_prolite",
  "self_serve_business_usage_based",
  "business",
  "ent26",
  "enterprise_cbp_automation",
  "enterprise_cbp_usage_based",
  "enterprise",
  "edu",
  "edu_plus",
  "edu_pro",
  "sci",
  "sci_plus",
  "unknown",
]);
export type PlanType = z.infer<typeof planTypeSchema>;

/** `resetsAt` in seconds since the epoch. */
export const rateLimitWindowSchema = z.object({
  usedPercent: z.int(),
  windowDurationMins: z.int().nullish(),
  resetsAt: z.int().nullish(),
});

export const rateLimitSnapshotSchema = z.object({
  limitId: z.string().nullish(),
  limitName: z.string().nullish(),
  primary: rateLimitWindowSchema.nullish(),
  secondary: rateLimitWindowSchema.nullish(),
  credits: z.object({ hasCredits: z.boolean(), unlimited: z.boolean(), balance: z.string().nullish() }).nullish(),
  individualLimit: z
    .object({ limit: z.string(), used: z.string(), remainingPercent: z.int(), resetsAt: z.int() })
    .nullish(),
  normalModelSlug: z.string().nullish(),
  planType: planTypeSchema.nullish(),
  rateLimitReachedType: z
    .enum([
      "rate_limit_reached",
      "workspace_owner_credits_depleted",
      "workspace_member_credits_depleted",
      "workspace_owner_usage_limit_reached",
      "workspace_member_usage_limit_reached",
    ])
    .nullish(),
  spendControlReached: z.boolean().nullish(),
});
export type RateLimitSnapshot = z.infer<typeof rateLimitSnapshotSchema>;
