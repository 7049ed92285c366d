import type { ThreadEventBody, TokenCounts } from "@skein/timeline/event";
import type { ResponseUsage } from "openai/resources/responses/responses";
import type { ModelInfo } from "../ports.ts";
import { addTokens } from "../thread/token-counts.ts";

/** The share of a context window that is ours to fill; the rest is room for the answer. */
const usableShare = 0.95;

export function deriveUsageUpdate(
  turnId: string,
  before: TokenCounts,
  usage: ResponseUsage,
  model: ModelInfo,
): ThreadEventBody {
  const last = tokenCounts(usage);
  const modelContextWindow = model.contextWindow === null ? null : Math.floor(model.contextWindow * usableShare);
  return { type: "usage.updated", turnId, total: addTokens(before, last), last, modelContextWindow };
}

/** Compatible providers leave details out. */
export function tokenCounts(usage: Partial<ResponseUsage>): TokenCounts {
  const inputTokens = usage.input_tokens ?? 0;
  const outputTokens = usage.output_tokens ?? 0;
  return {
    totalTokens: usage.total_tokens ?? inputTokens + outputTokens,
    inputTokens,
    cachedInputTokens: usage.input_tokens_details?.cached_tokens ?? 0,
    cacheWriteInputTokens: usage.input_tokens_details?.cache_write_tokens ?? 0,
    outputTokens,
    reasoningOutputTokens: usage.output_tokens_details?.reasoning_tokens ?? 0,
  };
}
