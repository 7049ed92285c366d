import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import {
  collaborationModeSchema,
  multiAgentModeSchema,
  personalitySchema,
  reasoningEffortSchema,
  reasoningSummarySchema,
} from "../model-settings.ts";
import { approvalsReviewerSchema, askForApprovalSchema, sandboxPolicySchema } from "../policy.ts";
import { turnEnvironmentSchema } from "./turn-environment.ts";

export const threadSettingsUpdateMethods = {
  /** Settings for the turns that follow; what is null or absent stays. `thread/settings/updated` tells all subscribers. */
  "thread/settings/update": {
    experimental: true,
    params: z.object({
      threadId: z.string(),
      cwd: z.string().nullish(),
      environments: z.array(turnEnvironmentSchema).nullish(),
      model: z.string().nullish(),
      effort: reasoningEffortSchema.nullish(),
      summary: reasoningSummarySchema.nullish(),
      personality: personalitySchema.nullish(),
      serviceTier: z.string().nullish(),
      collaborationMode: collaborationModeSchema.nullish(),
      multiAgentMode: multiAgentModeSchema.nullish(),
      approvalPolicy: askForApprovalSchema.nullish(),
      approvalsReviewer: approvalsReviewerSchema.nullish(),
      sandboxPolicy: sandboxPolicySchema.nullish(),
      permissions: z.string().nullish(),
      disabledPluginIds: z.array(z.string()).nullish(),
    }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
