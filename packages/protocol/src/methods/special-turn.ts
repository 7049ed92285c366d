/**
 * Turns that no prompt starts. Each is accepted with its answer, and what becomes of it is told by the turn's own
 * notifications, a refusal included: the stock terminal client ends itself when one of these answers with an error.
 */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { turnSchema } from "../turn.ts";

export const specialTurnMethods = {
  /** A command that the person typed. It waits for the end of a turn that runs. */
  "thread/shellCommand": {
    params: z.object({ threadId: z.string(), command: z.string(), timeoutMs: z.int().nullish() }),
    result: emptyResultSchema,
  },
  "thread/compact/start": { params: z.object({ threadId: z.string() }), result: emptyResultSchema },
  "review/start": {
    params: z.object({
      threadId: z.string(),
      target: z.discriminatedUnion("type", [
        z.object({ type: z.literal("uncommittedChanges") }),
        z.object({ type: z.literal("baseBranch"), branch: z.string() }),
        z.object({ type: z.literal("commit"), sha: z.string(), title: z.string().nullish() }),
        z.object({ type: z.literal("custom"), instructions: z.string() }),
      ]),
      delivery: z.enum(["inline"]).nullish(),
    }),
    result: z.object({ turn: turnSchema, reviewThreadId: z.string() }),
  },
} as const satisfies Record<string, Method>;
