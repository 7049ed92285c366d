import { z } from "zod";
import { rateLimitSnapshotSchema } from "../rate-limits.ts";

export const accountNotifications = {
  "account/rateLimits/updated": z.object({ rateLimits: rateLimitSnapshotSchema }),
} as const;
