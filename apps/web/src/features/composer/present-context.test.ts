import type { ThreadTokenUsage } from "@skein/protocol/token-usage";
import { expect, it } from "vitest";
import { presentContext } from "./present-context.ts";

const counts = (totalTokens: number) => ({
  totalTokens,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
});
const usage = (last: number, modelContextWindow: number | null): ThreadTokenUsage => ({
  total: counts(12_345),
  last: counts(last),
  modelContextWindow,
});

it.each([
  [3_800, 38, "normal"],
  [8_000, 80, "high"],
  [9_100, 91, "nearlyFull"],
  [20_000, 100, "nearlyFull"],
] as const)("%d of 10,000 tokens", (last, percent, level) => {
  expect(presentContext(usage(last, 10_000))).toMatchObject({ percent, level });
});

it("says the figures in words", () => {
  expect(presentContext(usage(9_100, 10_000))?.words).toBe(
    "Nearly full. 91% of the model's context used: 9,100 of 10,000 tokens. 12,345 in this thread",
  );
});

it("says nothing without figures", () => {
  expect(presentContext(null)).toBeNull();
  expect(presentContext(usage(100, null))).toBeNull();
});
