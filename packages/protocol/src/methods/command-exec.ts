/** A command in a workspace, without a thread. Its id is the connection's own; the answer comes when the command has ended. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { sandboxPolicySchema } from "../policy.ts";

/** In characters. */
export const terminalSizeSchema = z.object({ rows: z.int().min(0), cols: z.int().min(0) });

export const commandExecMethods = {
  /**
   * `cwd`: where it is relative, in the default workspace. `processId` is needed by what is said to the command while it runs, or by it.
   * `sandboxPolicy` and `permissionProfile` can only narrow what the caller may do. Absent, `timeoutMs` is 10,000 and `outputBytesCap`, of
   * each stream, 1 MiB.
   */
  "command/exec": {
    params: z.object({
      command: z.array(z.string()),
      processId: z.string().nullish(),
      cwd: z.string().nullish(),
      /** null: the variable is taken out. */
      env: z.record(z.string(), z.string().nullable()).nullish(),
      tty: z.boolean().optional(),
      size: terminalSizeSchema.nullish(),
      streamStdin: z.boolean().optional(),
      streamStdoutStderr: z.boolean().optional(),
      outputBytesCap: z.int().min(0).nullish(),
      disableOutputCap: z.boolean().optional(),
      timeoutMs: z.int().nullish(),
      disableTimeout: z.boolean().optional(),
      sandboxPolicy: sandboxPolicySchema.nullish(),
      permissionProfile: z.string().nullish(),
    }),
    experimentalFields: ["permissionProfile"],
    /** What was streamed is not in it. 124: it took too long; 128 and more: it was ended by that signal. */
    result: z.object({ exitCode: z.int(), stdout: z.string(), stderr: z.string() }),
  },
  "command/exec/write": {
    params: z.object({
      processId: z.string(),
      deltaBase64: z.string().nullish(),
      closeStdin: z.boolean().optional(),
    }),
    result: emptyResultSchema,
  },
  "command/exec/resize": {
    params: z.object({ processId: z.string(), size: terminalSizeSchema }),
    result: emptyResultSchema,
  },
  "command/exec/terminate": { params: z.object({ processId: z.string() }), result: emptyResultSchema },
} as const satisfies Record<string, Method>;
