/** Items of tools other than commands and patches. */
import { z } from "zod";
import { oneOf } from "../one-of.ts";
import { imageDetailSchema } from "../user-input.ts";
import { itemTimes } from "./times.ts";

const toolCallStatusSchema = z.enum(["inProgress", "completed", "failed"]);

/** The parts have the words of the Responses API. A picture or a recording comes as a URL or as a stored file. */
const functionOutputPartSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("input_text"), text: z.string() }),
  z
    .object({
      type: z.literal("input_image"),
      image_url: z.string().nullish(),
      file_id: z.string().nullish(),
      detail: imageDetailSchema.nullish(),
    })
    .refine(...oneOf("image_url", "file_id")),
  z
    .object({ type: z.literal("input_audio"), audio_url: z.string().nullish(), file_id: z.string().nullish() })
    .refine(...oneOf("audio_url", "file_id")),
  z.object({ type: z.literal("encrypted_content"), encrypted_content: z.string() }),
]);

/** What a function returned. */
export const functionCallOutputBodySchema = z.union([z.string(), z.array(functionOutputPartSchema)]);
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
export const imageGenerationItemSchema = z
  .object({
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
  })
  .refine(...oneOf("result", "fileId"));

export const sleepItemSchema = z.object({
  type: z.literal("sleep"),
  id: z.string(),
  durationMs: z.int().min(0),
  ...itemTimes,
});
