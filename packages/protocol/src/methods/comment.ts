/** Skein's: words of people to each other in a thread. Whoever may read it may comment, by a link that says so too. */
import { z } from "zod";
import { commentSchema, maxCommentChars } from "../comment.ts";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";

export const commentMethods = {
  /** `turnId`: which turn it is about; absent: the newest, for a comment on the thread. `clientCommentId`: repeated, it takes effect once. */
  "skein/thread/comment/add": {
    params: z.object({
      threadId: z.string(),
      turnId: z.string().nullish(),
      text: z.string().min(1).max(maxCommentChars),
      clientCommentId: z.string().min(1).max(200).nullish(),
    }),
    result: z.object({ comment: commentSchema }),
  },
  /** One's own; whoever manages the thread deletes any. One that is gone already is none to refuse. */
  "skein/thread/comment/delete": {
    params: z.object({ threadId: z.string(), commentId: z.string() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
