/** Skein's: what a tenant's people have used of the model, and what they may use. Tokens; times in milliseconds since the epoch. */
import { z } from "zod";
import { emptyResultSchema, noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";

export const usageWindowSchema = z.object({
  minutes: z.int(),
  /** Null: without limit. */
  allowed: z.int().nullable(),
  used: z.int(),
  /** Set aside for calls that are under way. */
  reserved: z.int(),
  /** Null: the window begins with the next call. */
  resetsAt: z.int().nullable(),
});
export type UsageWindow = z.infer<typeof usageWindowSchema>;

const sourceSchema = z.object({ primary: usageWindowSchema, secondary: usageWindowSchema });

/** `member`: the most that the person may use in all. What is used is paid out of the allowance, then the pool, then credits. */
export const usageStandingSchema = z.object({
  member: sourceSchema,
  /** The person's own; without a limit there is none. */
  allowance: sourceSchema,
  /** The tenant's, which its members share. */
  pool: sourceSchema,
  credits: z.int(),
});
export type UsageStanding = z.infer<typeof usageStandingSchema>;

const sumsSchema = {
  calls: z.int(),
  inputTokens: z.int(),
  cachedInputTokens: z.int(),
  outputTokens: z.int(),
  reasoningOutputTokens: z.int(),
  totalTokens: z.int(),
};

export const usageReportSchema = z.object({
  /** YYYY-MM-DD in UTC, oldest first; days without a call are left out. */
  days: z.array(z.object({ date: z.string(), ...sumsSchema })),
  /** Those that have used most, first. `name`: null for a thread that is gone, or that the caller may not see. */
  threads: z.array(z.object({ threadId: z.string(), name: z.string().nullable(), ...sumsSchema })),
  /** `userId` null: calls that nobody of the tenant has caused. `name` null: no member any more. */
  members: z.array(z.object({ userId: z.string().nullable(), name: z.string().nullable(), ...sumsSchema })),
});
export type UsageReport = z.infer<typeof usageReportSchema>;

const limitSchema = z.int().min(0).max(1_000_000_000_000).nullable();

/** Tokens per window; null: no limit. */
export const windowLimitsSchema = z.object({ primary: limitSchema, secondary: limitSchema });
export type WindowLimits = z.infer<typeof windowLimitsSchema>;

const days = z.int().min(1).max(366).optional();

export const usageMethods = {
  /** The caller's own. `days`: how many the report goes back; 30 when absent. */
  "skein/usage/read": {
    params: z.object({ days }).nullish(),
    result: z.object({ standing: usageStandingSchema, report: usageReportSchema }),
  },
  /** The whole tenant's. */
  "skein/usage/report": {
    params: z.object({ days }).nullish(),
    result: z.object({ report: usageReportSchema }),
  },
  "skein/budget/read": {
    params: noParamsSchema,
    result: z.object({
      windows: z.object({ primaryMinutes: z.int(), secondaryMinutes: z.int() }),
      /** By whoever runs the server. */
      given: z.object({ allowance: windowLimitsSchema, pool: windowLimitsSchema, credits: z.int() }),
      /** By the tenant's owners, who can only ask for less. */
      pool: windowLimitsSchema,
      /** The most that each member may use in all. */
      member: windowLimitsSchema,
      /** Members with a limit of their own in place of that. */
      members: z.array(z.object({ userId: z.string(), limits: windowLimitsSchema })),
    }),
  },
  /** What is absent stays. `limits` null: the member has what counts for all. */
  "skein/budget/update": {
    params: z.object({
      pool: windowLimitsSchema.optional(),
      member: windowLimitsSchema.optional(),
      members: z
        .array(z.object({ userId: z.uuid(), limits: windowLimitsSchema.nullable() }))
        .max(100)
        .optional(),
    }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
