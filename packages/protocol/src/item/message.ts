/** Items that carry words: the person's, the model's, its reasoning, a plan. */
import { z } from "zod";
import { personSchema } from "../person.ts";
import { userInputSchema } from "../user-input.ts";
import { itemTimes } from "./times.ts";

/** `clientId` is the client's own id of the message (`clientUserMessageId`), handed back. */
export const userMessageItemSchema = z.object({
  type: z.literal("userMessage"),
  id: z.string(),
  clientId: z.string().nullable(),
  content: z.array(userInputSchema),
  /** Skein's: who said it, by the name at the time. */
  author: personSchema.optional(),
  ...itemTimes,
});
export type UserMessageItem = z.infer<typeof userMessageItemSchema>;

export const messagePhaseSchema = z.enum(["commentary", "partial_answer", "final_answer"]);
export type MessagePhase = z.infer<typeof messagePhaseSchema>;

const memoryCitationSchema = z.object({
  entries: z.array(z.object({ path: z.string(), lineStart: z.uint32(), lineEnd: z.uint32(), note: z.string() })),
  threadIds: z.array(z.string()),
});

const moderationSchema = z.object({
  moderated: z.boolean(),
  display: z
    .object({
      action: z.string(),
      blockType: z.string().nullish(),
      checkTrustedContacts: z.boolean().nullish(),
      cyberTrustedAccess: z.boolean().nullish(),
    })
    .nullish(),
});

export const agentMessageItemSchema = z.object({
  type: z.literal("agentMessage"),
  id: z.string(),
  text: z.string(),
  phase: messagePhaseSchema.nullable(),
  moderation: moderationSchema.nullable(),
  memoryCitation: memoryCitationSchema.nullable(),
  delivery: z.literal("async").nullable(),
  questions: z.array(z.object({ title: z.string(), options: z.array(z.string()).nullish() })).nullable(),
  ...itemTimes,
});
export type AgentMessageItem = z.infer<typeof agentMessageItemSchema>;

/** `summary` and `content` hold one entry per part. */
export const reasoningItemSchema = z.object({
  type: z.literal("reasoning"),
  id: z.string(),
  summary: z.array(z.string()),
  content: z.array(z.string()),
  ...itemTimes,
});
export type ReasoningItem = z.infer<typeof reasoningItemSchema>;

export const planItemSchema = z.object({ type: z.literal("plan"), id: z.string(), text: z.string(), ...itemTimes });

export const hookPromptItemSchema = z.object({
  type: z.literal("hookPrompt"),
  id: z.string(),
  fragments: z.array(z.object({ text: z.string(), hookRunId: z.string() })),
  ...itemTimes,
});
