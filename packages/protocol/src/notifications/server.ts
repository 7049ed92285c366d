/** What concerns the whole server. Skein's own. */
import { z } from "zod";

/** Why nothing can be stored. */
export const databaseTroubleSchema = z.enum([
  "unreachable",
  "restarting",
  "readOnly",
  "diskFull",
  "tooManyConnections",
  "outOfMemory",
  "accessDenied",
  "unusable",
]);

export const databaseStatusSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("available") }),
  z.object({
    state: z.literal("unavailable"),
    reason: databaseTroubleSchema,
    /** For people. */
    message: z.string(),
  }),
]);
export type DatabaseStatus = z.infer<typeof databaseStatusSchema>;

export const serverNotifications = {
  /** Goes to every client with an extension, at every change; a new connection is `available` until it is told otherwise. */
  "skein/server/status": z.object({ database: databaseStatusSchema }),
} as const;
