import { z } from "zod";

/** Where a turn's commands may run. */
export const turnEnvironmentSchema = z.object({
  environmentId: z.string(),
  cwd: z.string(),
  runtimeWorkspaceRoots: z.array(z.string()).nullish(),
});
export type TurnEnvironment = z.infer<typeof turnEnvironmentSchema>;
