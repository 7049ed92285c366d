/** Which model answers: the operator's, by key or by address, or for want of both the built-in demo model. */
import { type CatalogModel, catalogModels, modelInfo } from "@skein/core/model/catalog";
import { ResponsesModel } from "@skein/core/model/responses-model";
import type { Model, ModelInfo } from "@skein/core/ports";
import type { Config } from "../config.ts";
import { createDemoModelFetch } from "../demo-model/demo-model-fetch.ts";
import { createPatientFetch } from "./patient-fetch.ts";

export interface ModelAccess {
  readonly kind: "demo" | "real";
  /** Names the provider on the wire (`modelProvider`). */
  readonly provider: string;
  readonly defaultModel: string;
  readonly model: Model;
  /** What `model/list` offers, the default among it. */
  readonly offered: readonly CatalogModel[];
  modelInfo(slug: string): ModelInfo;
}

const demoModel: CatalogModel = {
  slug: "skein-demo",
  displayName: "Demo model",
  description: "Scripted answers, no key needed. It really runs commands and edits files in your workspace.",
  contextWindow: 100_000,
  supportsParallelToolCalls: true,
  supportsReasoningSummaries: true,
  defaultEffort: "medium",
  efforts: ["medium"],
};

export const defaultRealModel = "gpt-6.1-sol";

export function openModelAccess(config: Config["model"]): ModelAccess {
  if (config.apiKey === null && config.baseUrl === null) return demoAccess();
  const defaultModel = config.slug ?? defaultRealModel;
  const listed = catalogModels.some(({ slug }) => slug === defaultModel);
  return {
    kind: "real",
    provider: "openai",
    defaultModel,
    // An endpoint on the operator's own network may need no key; the SDK insists on one.
    model: new ResponsesModel({
      apiKey: config.apiKey ?? "none",
      ...(config.baseUrl === null ? {} : { baseURL: config.baseUrl }),
      fetch: createPatientFetch(),
    }),
    offered: listed ? catalogModels : [unlisted(defaultModel), ...catalogModels],
    modelInfo,
  };
}

function demoAccess(): ModelAccess {
  return {
    kind: "demo",
    provider: "skein-demo",
    defaultModel: demoModel.slug,
    model: new ResponsesModel({ apiKey: "demo", baseURL: "http://demo.invalid/v1", fetch: createDemoModelFetch() }),
    offered: [demoModel],
    modelInfo: () => demoModel,
  };
}

export function unlisted(slug: string): CatalogModel {
  return { ...modelInfo(slug), displayName: slug, description: "As the operator configured it.", efforts: ["medium"] };
}
