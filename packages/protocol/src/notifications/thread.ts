import { z } from "zod";
import { threadReadStateSchema } from "../read-state.ts";
import { threadSchema } from "../thread.ts";
import { threadSettingsSchema } from "../thread-settings.ts";
import { threadStatusSchema } from "../thread-status.ts";
import { threadTokenUsageSchema } from "../token-usage.ts";

const threadRefSchema = z.object({ threadId: z.string() });

export const threadNotifications = {
  "thread/started": z.object({ thread: threadSchema }),
  "thread/status/changed": z.object({ threadId: z.string(), status: threadStatusSchema }),
  "thread/archived": threadRefSchema,
  "thread/unarchived": threadRefSchema,
  "thread/deleted": threadRefSchema,
  "thread/closed": threadRefSchema,
  "thread/name/updated": z.object({ threadId: z.string(), threadName: z.string().nullish() }),
  "thread/tokenUsage/updated": z.object({
    threadId: z.string(),
    turnId: z.string(),
    tokenUsage: threadTokenUsageSchema,
  }),
  "thread/settings/updated": z.object({ threadId: z.string(), threadSettings: threadSettingsSchema }),
  "thread/readState/changed": z.object({ threadId: z.string(), readState: threadReadStateSchema }),
  "thread/goal/cleared": threadRefSchema,
  /** Messages that wait were added, changed, moved, taken back or started. */
  "thread/queue/changed": threadRefSchema,
} as const;
