/**
 * Models whose figures are known without asking. A slug that is not listed works too, with cautious defaults:
 * the provider decides what exists.
 */
import type { ModelInfo } from "../ports.ts";

export interface CatalogModel extends ModelInfo {
  readonly displayName: string;
  readonly description: string;
  /** Weakest first. */
  readonly efforts: readonly string[];
}

const common = {
  contextWindow: 272_000,
  supportsParallelToolCalls: true,
  supportsReasoningSummaries: true,
  defaultEffort: "medium",
} as const;

const efforts = ["low", "medium", "high", "xhigh"] as const;

export const catalogModels: readonly CatalogModel[] = [
  { ...common, slug: "gpt-6.1-sol", displayName: "GPT-6.1 Sol", description: "Strongest at long, hard work.", efforts },
  { ...common, slug: "gpt-6.1-terra", displayName: "GPT-6.1 Terra", description: "Balanced for daily work.", efforts },
  { ...common, slug: "gpt-6-sol", displayName: "GPT-6 Sol", description: "The former strong model.", efforts },
  { ...common, slug: "gpt-6-luna", displayName: "GPT-6 Luna", description: "Quick and inexpensive.", efforts },
  { ...common, slug: "gpt-5.5", displayName: "GPT-5.5", description: "Earlier generation.", efforts },
];

export function modelInfo(slug: string): ModelInfo {
  return catalogModels.find((model) => model.slug === slug) ?? unknownModel(slug);
}

function unknownModel(slug: string): ModelInfo {
  return {
    slug,
    contextWindow: null,
    supportsParallelToolCalls: false,
    supportsReasoningSummaries: false,
    defaultEffort: null,
  };
}
