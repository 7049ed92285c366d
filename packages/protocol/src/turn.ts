import { z } from "zod";
import { commentSchema } from "./comment.ts";
import { threadItemSchema } from "./item.ts";
import { turnErrorSchema } from "./turn-error.ts";
import { settledDecisionSchema, settledQuestionsSchema } from "./user-question.ts";
import { reportedWarningSchema } from "./warning.ts";

export const turnStatusSchema = z.enum(["inProgress", "completed", "interrupted", "failed"]);
export type TurnStatus = z.infer<typeof turnStatusSchema>;

/** How much of a turn its `items` show: none, the person's message and the last answer, or all. */
export const turnItemsViewSchema = z.enum(["notLoaded", "summary", "full"]);
export type TurnItemsView = z.infer<typeof turnItemsViewSchema>;

/** `startedAt` and `completedAt` are seconds since the epoch, unlike an item's times. */
export const turnSchema = z.object({
  id: z.string(),
  rootTurnId: z.string().nullable(),
  items: z.array(threadItemSchema),
  itemsView: turnItemsViewSchema,
  status: turnStatusSchema,
  error: turnErrorSchema.nullable(),
  startedAt: z.int().nullable(),
  completedAt: z.int().nullable(),
  durationMs: z.int().nullable(),
});
export type Turn = z.infer<typeof turnSchema>;

export const turnPlanStepSchema = z.object({
  step: z.string(),
  status: z.enum(["pending", "inProgress", "completed"]),
});
export type TurnPlanStep = z.infer<typeof turnPlanStepSchema>;

/**
 * A turn in a page. With `skein/replay` it carries what its notifications would have told beside its items: the last plan,
 * the net diff of its patches, the trouble it reported, the questions that are settled, what it warned of, and who
 * decided what.
 */
export const pagedTurnSchema = turnSchema.extend({
  extras: z
    .object({
      plan: z.object({ explanation: z.string().nullable(), steps: z.array(turnPlanStepSchema) }).nullable(),
      diff: z.string().nullable(),
      errors: z.array(z.object({ error: turnErrorSchema, willRetry: z.boolean() })),
      questions: z.array(settledQuestionsSchema),
      warnings: z.array(reportedWarningSchema),
      decisions: z.array(settledDecisionSchema).optional(),
      comments: z.array(commentSchema).optional(),
    })
    .optional(),
});
export type PagedTurn = z.infer<typeof pagedTurnSchema>;
