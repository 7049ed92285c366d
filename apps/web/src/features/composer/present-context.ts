import type { ThreadTokenUsage } from "@skein/protocol/token-usage";

export interface PresentedContext {
  readonly percent: number;
  readonly level: "normal" | "high" | "nearlyFull";
  readonly words: string;
}

export function presentContext(usage: ThreadTokenUsage | null): PresentedContext | null {
  const window = usage?.modelContextWindow ?? null;
  if (usage === null || window === null || window === 0) return null;
  const used = usage.last.totalTokens;
  const percent = Math.min(100, Math.round((used / window) * 100));
  const level = percent >= 90 ? "nearlyFull" : percent >= 80 ? "high" : "normal";
  const figures = `${percent}% of the model's context used: ${used.toLocaleString("en")} of ${window.toLocaleString("en")} tokens`;
  const thread = `${usage.total.totalTokens.toLocaleString("en")} in this thread`;
  return { percent, level, words: `${level === "nearlyFull" ? "Nearly full. " : ""}${figures}. ${thread}` };
}
