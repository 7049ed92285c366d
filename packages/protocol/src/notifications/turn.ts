import { z } from "zod";
import { turnPlanStepSchema, turnSchema } from "../turn.ts";

export const turnNotifications = {
  "turn/started": z.object({ threadId: z.string(), turn: turnSchema }),
  "turn/completed": z.object({ threadId: z.string(), turn: turnSchema }),
  "turn/plan/updated": z.object({
    threadId: z.string(),
    turnId: z.string(),
    explanation: z.string().nullable(),
    plan: z.array(turnPlanStepSchema),
  }),
  /** `diff` is a git-style unified diff of the whole turn. */
  "turn/diff/updated": z.object({ threadId: z.string(), turnId: z.string(), diff: z.string() }),
} as const;
