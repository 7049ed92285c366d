import { z } from "zod";
import { workspaceSchema } from "../methods/workspace.ts";

/** To everybody in the tenant. Safe to lose: the list says the same. */
export const workspaceNotifications = {
  /** It was made or renamed, gets on, is ready or has failed. What depends on the reader is left out. */
  "skein/workspace/changed": z.object({ workspace: workspaceSchema }),
  "skein/workspace/deleted": z.object({ workspaceId: z.string() }),
} as const;
