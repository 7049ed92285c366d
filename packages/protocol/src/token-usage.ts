import { z } from "zod";

export const tokenUsageBreakdownSchema = z.object({
  totalTokens: z.int(),
  inputTokens: z.int(),
  cachedInputTokens: z.int(),
  cacheWriteInputTokens: z.int(),
  outputTokens: z.int(),
  reasoningOutputTokens: z.int(),
});
export type TokenUsageBreakdown = z.infer<typeof tokenUsageBreakdownSchema>;

/** `total` of the whole thread, `last` of the latest model call. */
export const threadTokenUsageSchema = z.object({
  total: tokenUsageBreakdownSchema,
  last: tokenUsageBreakdownSchema,
  modelContextWindow: z.int().nullable(),
});
export type ThreadTokenUsage = z.infer<typeof threadTokenUsageSchema>;
