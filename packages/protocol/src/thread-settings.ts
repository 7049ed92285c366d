/** The settings that a thread's next turn will use. */
import { z } from "zod";
import {
  collaborationModeSchema,
  multiAgentModeSchema,
  personalitySchema,
  reasoningEffortSchema,
  reasoningSummarySchema,
} from "./model-settings.ts";
import {
  activePermissionProfileSchema,
  approvalsReviewerSchema,
  askForApprovalSchema,
  sandboxPolicySchema,
} from "./policy.ts";
import { threadEnvironmentSchema } from "./thread.ts";

export const threadSettingsSchema = z.object({
  cwd: z.string(),
  model: z.string(),
  modelProvider: z.string(),
  serviceTier: z.string().nullish(),
  effort: reasoningEffortSchema.nullable(),
  summary: reasoningSummarySchema.nullable(),
  personality: personalitySchema.nullish(),
  collaborationMode: collaborationModeSchema,
  multiAgentMode: multiAgentModeSchema,
  approvalPolicy: askForApprovalSchema,
  approvalsReviewer: approvalsReviewerSchema,
  sandboxPolicy: sandboxPolicySchema,
  activePermissionProfile: activePermissionProfileSchema.nullish(),
  environments: z.array(threadEnvironmentSchema).nullish(),
  disabledPluginIds: z.array(z.string()),
});
export type ThreadSettings = z.infer<typeof threadSettingsSchema>;
