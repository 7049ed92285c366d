/** About how many tokens something has, for want of the provider's count. Rather too many: a limit is held by it. */
import type { ThreadState } from "../thread/evolve.ts";
import { historyItems } from "../thread/history.ts";

const charsPerToken = 3;
/** Instructions and the descriptions of tools. */
const fixedTokens = 4_000;
/** However many bytes an image has. */
const imageTokens = 2_000;

export function tokensOfText(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}

/** Of the next request: what the last one came to, and what was added since. */
export function estimateInputTokens({ history, lastUsage }: Pick<ThreadState, "history" | "lastUsage">): number {
  const items = historyItems(history);
  if (lastUsage.totalTokens === 0) return fixedTokens + tokensOf(items);
  const lastAnswer = items.findLastIndex(isOfModel);
  return lastUsage.totalTokens + tokensOf(items.slice(lastAnswer + 1));
}

function isOfModel(item: unknown): boolean {
  const { type, role } = item as { type?: string; role?: string };
  return role === "assistant" || type === "reasoning" || type === "function_call" || type === "custom_tool_call";
}

function tokensOf(items: readonly unknown[]): number {
  let images = 0;
  const text = JSON.stringify(items, (_key, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith("data:image/")) return value;
    images += 1;
    return "";
  });
  return tokensOfText(text.length) + images * imageTokens;
}
