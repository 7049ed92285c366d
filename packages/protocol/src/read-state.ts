import { z } from "zod";

/** Where a member's unread part of a thread begins; null when all is read. `revision` guards against a lost update. */
export const threadReadStateSchema = z.object({
  firstUnread: z
    .discriminatedUnion("type", [
      z.object({ type: z.literal("threadStart") }),
      z.object({ type: z.literal("turn"), turnId: z.string() }),
    ])
    .nullable(),
  revision: z.string(),
});
export type ThreadReadState = z.infer<typeof threadReadStateSchema>;
