/** A process in a workspace, without a thread and without the agent's sandbox policy. Its handle is the connection's own. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { terminalSizeSchema } from "./command-exec.ts";

export const processMethods = {
  /** Answered when it has started. `timeoutMs` and `outputBytesCap`: absent as in `command/exec`, null: none. */
  "process/spawn": {
    experimental: true,
    params: z.object({
      command: z.array(z.string()),
      processHandle: z.string(),
      cwd: z.string(),
      env: z.record(z.string(), z.string().nullable()).nullish(),
      tty: z.boolean().optional(),
      size: terminalSizeSchema.nullish(),
      streamStdin: z.boolean().optional(),
      streamStdoutStderr: z.boolean().optional(),
      outputBytesCap: z.int().min(0).nullish(),
      timeoutMs: z.int().nullish(),
    }),
    result: emptyResultSchema,
  },
  "process/writeStdin": {
    experimental: true,
    params: z.object({
      processHandle: z.string(),
      deltaBase64: z.string().nullish(),
      closeStdin: z.boolean().optional(),
    }),
    result: emptyResultSchema,
  },
  "process/resizePty": {
    experimental: true,
    params: z.object({ processHandle: z.string(), size: terminalSizeSchema }),
    result: emptyResultSchema,
  },
  "process/kill": {
    experimental: true,
    params: z.object({ processHandle: z.string() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
