/** Items that mark a change of the thread's state rather than work. */
import { z } from "zod";
import { itemTimes } from "./times.ts";

/** The model's context was summarised; what clients see of the history stays. */
export const contextCompactionItemSchema = z.object({
  type: z.literal("contextCompaction"),
  id: z.string(),
  ...itemTimes,
});
export type ContextCompactionItem = z.infer<typeof contextCompactionItemSchema>;

export const enteredReviewModeItemSchema = z.object({
  type: z.literal("enteredReviewMode"),
  id: z.string(),
  review: z.string(),
  ...itemTimes,
});

export const exitedReviewModeItemSchema = z.object({
  type: z.literal("exitedReviewMode"),
  id: z.string(),
  review: z.string(),
  ...itemTimes,
});
