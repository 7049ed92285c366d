/** Changing a thread as a whole. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { threadReadStateSchema } from "../read-state.ts";
import { threadSchema } from "../thread.ts";

const threadRefSchema = z.object({ threadId: z.string() });

export const threadManageMethods = {
  "thread/archive": { params: threadRefSchema, result: emptyResultSchema },
  "thread/unarchive": { params: threadRefSchema, result: z.object({ thread: threadSchema }) },
  "thread/delete": { params: threadRefSchema, result: emptyResultSchema },
  "thread/name/set": { params: z.object({ threadId: z.string(), name: z.string() }), result: emptyResultSchema },
  /** A thread that does not exist is `notLoaded`, not an error. */
  "thread/unsubscribe": {
    params: threadRefSchema,
    result: z.object({ status: z.enum(["notLoaded", "notSubscribed", "unsubscribed"]) }),
  },
  /** Marks a thread read or unread if its read state is still at `expectedRevision`. */
  "thread/readState/update": {
    experimental: true,
    params: z.object({
      threadId: z.string(),
      operation: z.discriminatedUnion("type", [
        z.object({ type: z.literal("read") }),
        z.object({ type: z.literal("unread") }),
      ]),
      expectedRevision: z.string(),
    }),
    result: z.object({ readState: threadReadStateSchema }),
  },
} as const satisfies Record<string, Method>;
