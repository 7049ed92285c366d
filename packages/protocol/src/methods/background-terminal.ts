/** Commands that still run after the turn that started them went on or ended. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { pageParams } from "../paging.ts";

export const backgroundTerminalMethods = {
  "thread/backgroundTerminals/list": {
    experimental: true,
    params: z.object({ threadId: z.string(), ...pageParams }),
    result: z.object({
      data: z.array(
        z.object({
          itemId: z.string(),
          processId: z.string(),
          command: z.string(),
          cwd: z.string(),
          osPid: z.uint32().nullable(),
          cpuPercent: z.number().nullable(),
          rssKb: z.int().min(0).nullable(),
        }),
      ),
      nextCursor: z.string().nullable(),
    }),
  },
  /** `terminated`: there was such a command and it has been told to end. */
  "thread/backgroundTerminals/terminate": {
    experimental: true,
    params: z.object({ threadId: z.string(), processId: z.string() }),
    result: z.object({ terminated: z.boolean() }),
  },
  /** Ends all of the thread's. */
  "thread/backgroundTerminals/clean": {
    experimental: true,
    params: z.object({ threadId: z.string() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
