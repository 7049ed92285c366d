/** What went wrong or deserves a word, and what became of a request that the server made. */
import { z } from "zod";
import { requestIdSchema } from "../json-rpc.ts";
import { turnErrorSchema } from "../turn-error.ts";

export const noticeNotifications = {
  error: z.object({
    error: turnErrorSchema,
    willRetry: z.boolean(),
    threadId: z.string(),
    turnId: z.string(),
  }),
  warning: z.object({ threadId: z.string().nullish(), message: z.string() }),
  deprecationNotice: z.object({ summary: z.string(), details: z.string().nullish() }),
  configWarning: z.object({ summary: z.string(), details: z.string().nullish(), path: z.string().nullish() }),
  "serverRequest/resolved": z.object({ threadId: z.string(), requestId: requestIdSchema }),
} as const;
