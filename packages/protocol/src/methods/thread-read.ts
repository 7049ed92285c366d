/** Reading one thread: itself, its turns, its items. */
import { z } from "zod";
import { threadItemSchema } from "../item.ts";
import type { Method } from "../method.ts";
import { orderedPageParams, pageSchema } from "../paging.ts";
import { threadReadStateSchema } from "../read-state.ts";
import { asOfSchema } from "../replay.ts";
import { threadSchema } from "../thread.ts";
import { pagedTurnSchema, turnItemsViewSchema } from "../turn.ts";

export const threadItemEntrySchema = z.object({
  turnId: z.string(),
  item: threadItemSchema,
  startedAtMs: z.int().nullish(),
  completedAtMs: z.int().nullish(),
  /** The item's output was left out, as `deferOutput` asked. */
  outputDeferred: z.boolean().optional(),
});
export type ThreadItemEntry = z.infer<typeof threadItemEntrySchema>;

export const threadReadMethods = {
  /** `turns` is filled only with `includeTurns`. */
  "thread/read": {
    params: z.object({ threadId: z.string(), includeTurns: z.boolean().optional() }),
    result: z.object({
      thread: threadSchema,
      readState: threadReadStateSchema.nullable(),
      asOf: asOfSchema.optional(),
    }),
  },
  /** Newest first and `summary` unless asked otherwise. */
  "thread/turns/list": {
    params: z.object({ threadId: z.string(), ...orderedPageParams, itemsView: turnItemsViewSchema.nullish() }),
    result: pageSchema(pagedTurnSchema).extend({ asOf: asOfSchema.optional() }),
  },
  /** Oldest first unless asked otherwise. A cursor may also name the item at which to begin. */
  "thread/items/list": {
    params: z.object({
      threadId: z.string(),
      turnId: z.string().nullish(),
      ...orderedPageParams,
      cursor: z.union([z.string(), z.object({ type: z.literal("item"), itemId: z.string() })]).nullish(),
      deferOutput: z
        .object({ commandExecution: z.boolean().optional(), mcpToolCall: z.boolean().optional() })
        .nullish(),
    }),
    result: pageSchema(threadItemEntrySchema).extend({ asOf: asOfSchema.optional() }),
  },
  "thread/goal/get": {
    params: z.object({ threadId: z.string() }),
    result: z.object({
      goal: z
        .object({
          threadId: z.string(),
          objective: z.string(),
          status: z.enum(["active", "paused", "blocked", "usageLimited", "budgetLimited", "complete"]),
          tokenBudget: z.int().nullable(),
          tokensUsed: z.int(),
          timeUsedSeconds: z.int(),
          createdAt: z.int(),
          updatedAt: z.int(),
        })
        .nullable(),
    }),
  },
} as const satisfies Record<string, Method>;
