import type { CatalogModel } from "@skein/core/model/catalog";
import type { Model } from "@skein/protocol/methods/model";
import type { Models } from "../model/models.ts";
import type { Handlers } from "./handler.ts";

export function modelHandlers(models: Models): Handlers<"model/list" | "collaborationMode/list"> {
  return {
    "model/list": async (_params, { principal }) => {
      const { offered, defaultModel } = await models.offerFor(principal);
      return { data: offered.map((model) => presentModel(model, model.slug === defaultModel)), nextCursor: null };
    },
    "collaborationMode/list": () => ({
      data: [{ name: "Default", mode: "default", model: null, reasoning_effort: null }],
    }),
  };
}

function presentModel(model: CatalogModel, isDefault: boolean): Model {
  const defaultReasoningEffort = model.defaultEffort ?? "medium";
  return {
    id: model.slug,
    model: model.slug,
    displayName: model.displayName,
    description: model.description,
    isDefault,
    hidden: false,
    supportedReasoningEfforts: model.efforts.map((reasoningEffort) => ({ reasoningEffort, description: "" })),
    defaultReasoningEffort,
    inputModalities: ["text", "image"],
    supportsPersonality: false,
    additionalSpeedTiers: [],
    serviceTiers: [],
  };
}
