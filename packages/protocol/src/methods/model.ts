import { z } from "zod";
import { emptyParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { cyberAccessProgramSchema, modeKindSchema, reasoningEffortSchema } from "../model-settings.ts";
import { forwardPageSchema, pageParams } from "../paging.ts";

export const modelSchema = z.object({
  id: z.string(),
  model: z.string(),
  displayName: z.string(),
  description: z.string(),
  isDefault: z.boolean(),
  hidden: z.boolean(),
  supportedReasoningEfforts: z.array(z.object({ reasoningEffort: reasoningEffortSchema, description: z.string() })),
  defaultReasoningEffort: reasoningEffortSchema,
  inputModalities: z.array(z.enum(["text", "image", "audio"])),
  supportsPersonality: z.boolean(),
  multiAgentVersion: z.enum(["disabled", "v1", "v2"]).nullish(),
  modelSpecialty: z.string().nullish(),
  upgrade: z.string().nullish(),
  upgradeInfo: z
    .object({
      model: z.string(),
      migrationMarkdown: z.string().nullish(),
      modelLink: z.string().nullish(),
      retirementAt: z.int().nullish(),
      upgradeCopy: z.string().nullish(),
    })
    .nullish(),
  availabilityNux: z.object({ message: z.string() }).nullish(),
  availableAccessPrograms: z.object({ cyber: z.array(cyberAccessProgramSchema) }).nullish(),
  additionalSpeedTiers: z.array(z.string()),
  serviceTiers: z.array(z.object({ id: z.string(), name: z.string(), description: z.string() })),
  defaultServiceTier: z.string().nullish(),
});
export type Model = z.infer<typeof modelSchema>;

export const modelMethods = {
  "model/list": {
    params: z.object({
      ...pageParams,
      includeHidden: z.boolean().nullish(),
      modelProvider: z.string().nullish(),
    }),
    result: forwardPageSchema(modelSchema),
  },
  "collaborationMode/list": {
    experimental: true,
    params: emptyParamsSchema,
    result: z.object({
      data: z.array(
        z.object({
          name: z.string(),
          mode: modeKindSchema.nullish(),
          model: z.string().nullish(),
          reasoning_effort: reasoningEffortSchema.nullish(),
        }),
      ),
    }),
  },
} as const satisfies Record<string, Method>;
