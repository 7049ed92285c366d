import { z } from "zod";
import { rateLimitSnapshotSchema } from "../rate-limits.ts";

export const accountNotifications = {
  "account/rateLimits/updated": z.object({ rateLimits: rateLimitSnapshotSchema }),
  /** Skein's. A turn waits until it has a place to work: so many are before it; null: it waits no longer. Goes to who may read the thread. */
  "skein/turn/waiting": z.object({ threadId: z.string(), turnId: z.string(), ahead: z.int().min(0).nullable() }),
} as const;
