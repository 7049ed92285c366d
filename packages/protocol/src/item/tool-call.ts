/** Items of tools other than commands and patches. */
import { z } from "zod";
import { itemTimes } from "./times.ts";

const toolCallStatusSchema = z.enum(["inProgress", "completed", "failed"]);

/** What a function returned, in the words of the Responses API; parts are passed on as they are. */
export const functionCallOutputBodySchema = z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]);
export type FunctionCallOutputBody = z.infer<typeof functionCallOutputBodySchema>;

export const functionCallOutputItemSchema = z.object({
  type: z.literal("functionCallOutput"),
  id: z.string(),
  name: z.string(),
  namespace: z.string().nullish(),
  output: functionCallOutputBodySchema,
  ...itemTimes,
});

export const mcpToolCallItemSchema = z.object({
  type: z.literal("mcpToolCall"),
  id: z.string(),
  server: z.string(),
  tool: z.string(),
  status: toolCallStatusSchema,
  arguments: z.unknown(),
  readOnlyHint: z.boolean().nullish(),
  pluginId: z.string().nullish(),
  mcpAppResourceUri: z.string().nullish(),
  mcpAppUi: z
    .object({ resourceUri: z.string(), preferredModelDisplayMode: z.enum(["inline", "fullscreen"]) })
    .nullish(),
  appContext: z
    .object({
      connectorId: z.string(),
      actionName: z.string().nullish(),
      appName: z.string().nullish(),
      linkId: z.string().nullish(),
      resourceUri: z.string().nullish(),
    })
    .nullish(),
  result: z
    .object({ content: z.array(z.unknown()), structuredContent: z.unknown().optional(), _meta: z.unknown().optional() })
    .nullish(),
  error: z.object({ message: z.string() }).nullish(),
  durationMs: z.int().nullish(),
  ...itemTimes,
});

/** A tool that the client itself runs. */
export const dynamicToolCallItemSchema = z.object({
  type: z.literal("dynamicToolCall"),
  id: z.string(),
  namespace: z.string().nullish(),
  tool: z.string(),
  status: toolCallStatusSchema,
  arguments: z.unknown(),
  contentItems: z
    .array(
      z.discriminatedUnion("type", [
        z.object({ type: z.literal("inputText"), text: z.string() }),
        z.object({ type: z.literal("inputImage"), imageUrl: z.string() }),
        z.object({ type: z.literal("inputAudio"), audioUrl: z.string() }),
      ]),
    )
    .nullish(),
  success: z.boolean().nullish(),
  durationMs: z.int().nullish(),
  ...itemTimes,
});

export const webSearchItemSchema = z.object({
  type: z.literal("webSearch"),
  id: z.string(),
  query: z.string(),
  action: z
    .discriminatedUnion("type", [
      z.object({ type: z.literal("search"), query: z.string().nullish(), queries: z.array(z.string()).nullish() }),
      z.object({ type: z.literal("openPage"), url: z.string().nullish() }),
      z.object({ type: z.literal("findInPage"), url: z.string().nullish(), pattern: z.string().nullish() }),
      z.object({ type: z.literal("other") }),
    ])
    .nullish(),
  results: z.array(z.unknown()).nullish(),
  ...itemTimes,
});

export const imageViewItemSchema = z.object({
  type: z.literal("imageView"),
  id: z.string(),
  path: z.string(),
  ...itemTimes,
});

/** The picture is in `result` or in the stored file that `fileId` names. */
export const imageGenerationItemSchema = z.object({
  type: z.literal("imageGeneration"),
  id: z.string(),
  status: z.string(),
  result: z.string().nullish(),
  fileId: z.string().nullish(),
  generationId: z.string().nullish(),
  revisedPrompt: z.string().nullish(),
  savedPath: z.string().nullish(),
  transparentBackground: z.boolean().nullish(),
  inputImages: z.array(z.object({ path: z.string(), sha256: z.string() })).optional(),
  failure: z
    .object({ type: z.literal("usageLimitExceeded"), limitId: z.string(), resetsAt: z.int().nullish() })
    .nullish(),
  ...itemTimes,
});

export const sleepItemSchema = z.object({
  type: z.literal("sleep"),
  id: z.string(),
  durationMs: z.int().min(0),
  ...itemTimes,
});
