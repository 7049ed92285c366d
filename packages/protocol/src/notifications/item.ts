import { z } from "zod";
import { threadItemSchema } from "../item.ts";

const itemRef = { threadId: z.string(), turnId: z.string(), itemId: z.string() };

export const itemNotifications = {
  "item/started": z.object({
    item: threadItemSchema,
    threadId: z.string(),
    turnId: z.string(),
    startedAtMs: z.int(),
  }),
  /** The item as it ended; it replaces what the deltas gave. */
  "item/completed": z.object({
    item: threadItemSchema,
    threadId: z.string(),
    turnId: z.string(),
    contentTokenCount: z.int().min(0).nullish(),
    completedAtMs: z.int(),
  }),
  "item/agentMessage/delta": z.object({ ...itemRef, delta: z.string() }),
  "item/reasoning/summaryPartAdded": z.object({ ...itemRef, summaryIndex: z.int() }),
  "item/reasoning/summaryTextDelta": z.object({ ...itemRef, delta: z.string(), summaryIndex: z.int() }),
  "item/reasoning/textDelta": z.object({ ...itemRef, delta: z.string(), contentIndex: z.int() }),
  "item/commandExecution/outputDelta": z.object({ ...itemRef, delta: z.string() }),
  /** The model typed into a running command; an empty `stdin` only polls it. */
  "item/commandExecution/terminalInteraction": z.object({ ...itemRef, processId: z.string(), stdin: z.string() }),
} as const;
