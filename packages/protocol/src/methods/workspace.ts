/** Skein's: the directory trees in which a principal may start threads. */
import { z } from "zod";
import { noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";

/** What holds a workspace and runs its commands. `absence`: why it cannot be reached now; null when it can. */
const workspaceRunnerSchema = z.object({ name: z.string(), absence: z.string().nullable() });

/** `root` is the path to give as `cwd`, as commands see it. `opened`: a directory that existed before Skein knew it. */
export const workspaceSchema = z.object({
  id: z.string(),
  name: z.string(),
  root: z.string(),
  origin: z.enum(["created", "opened"]),
  /** Milliseconds since the epoch. */
  createdAt: z.int(),
  /** Absent from servers that speak version 8 or an earlier one. */
  runner: workspaceRunnerSchema.optional(),
});
export type Workspace = z.infer<typeof workspaceSchema>;

export const workspaceMethods = {
  "skein/workspace/list": {
    params: noParamsSchema,
    result: z.object({ data: z.array(workspaceSchema) }),
  },
  "skein/workspace/create": {
    params: z.object({ name: z.string() }),
    result: z.object({ workspace: workspaceSchema }),
  },
} as const satisfies Record<string, Method>;
