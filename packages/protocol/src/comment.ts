/** What people say to each other in a thread. The agent never reads it. */
import { z } from "zod";

export const maxCommentChars = 4_000;

export const commentSchema = z.object({
  id: z.string(),
  /** Under which it stands: the turn it was said about, or the newest one then. */
  turnId: z.string(),
  text: z.string(),
  author: z.object({
    /** Null: the reader is not told. */
    userId: z.string().nullable(),
    name: z.string(),
    /** By a link, from outside of the team. */
    isViewer: z.boolean(),
  }),
  /** Milliseconds since the epoch. */
  at: z.int(),
});
export type Comment = z.infer<typeof commentSchema>;

/** As events of the thread: in frames, with a seq. */
export const commentNotifications = {
  "skein/thread/comment/added": z.object({ threadId: z.string(), comment: commentSchema }),
  "skein/thread/comment/deleted": z.object({ threadId: z.string(), turnId: z.string(), commentId: z.string() }),
} as const;
