/** Skein's: that the caller is writing something. Who follows a thread is known by its subscriptions. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";

export const presenceMethods = {
  /**
   * `typing` holds for six seconds: who goes on says it again, at most every three. It counts while the connection follows the thread, for
   * those who may write in it.
   */
  "skein/thread/typing": {
    params: z.object({ threadId: z.string(), typing: z.boolean() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
