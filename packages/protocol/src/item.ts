/** An item of a turn: the union of all kinds that Codex 0.169 has. Skein itself makes the kinds of `message`, `command` and `marker`. */
import { z } from "zod";
import { collabAgentToolCallItemSchema, subAgentActivityItemSchema } from "./item/agents.ts";
import { commandExecutionItemSchema, fileChangeItemSchema } from "./item/command.ts";
import { contextCompactionItemSchema, enteredReviewModeItemSchema, exitedReviewModeItemSchema } from "./item/marker.ts";
import {
  agentMessageItemSchema,
  hookPromptItemSchema,
  planItemSchema,
  reasoningItemSchema,
  userMessageItemSchema,
} from "./item/message.ts";
import {
  dynamicToolCallItemSchema,
  functionCallOutputItemSchema,
  imageGenerationItemSchema,
  imageViewItemSchema,
  mcpToolCallItemSchema,
  sleepItemSchema,
  webSearchItemSchema,
} from "./item/tool-call.ts";

export const threadItemSchema = z.discriminatedUnion("type", [
  userMessageItemSchema,
  hookPromptItemSchema,
  agentMessageItemSchema,
  functionCallOutputItemSchema,
  planItemSchema,
  reasoningItemSchema,
  commandExecutionItemSchema,
  fileChangeItemSchema,
  mcpToolCallItemSchema,
  dynamicToolCallItemSchema,
  collabAgentToolCallItemSchema,
  subAgentActivityItemSchema,
  webSearchItemSchema,
  imageViewItemSchema,
  sleepItemSchema,
  imageGenerationItemSchema,
  enteredReviewModeItemSchema,
  exitedReviewModeItemSchema,
  contextCompactionItemSchema,
]);
export type ThreadItem = z.infer<typeof threadItemSchema>;
export type ThreadItemType = ThreadItem["type"];
