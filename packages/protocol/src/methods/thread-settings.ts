/** The settings that `thread/start`, `thread/resume` and `thread/fork` take and answer. */
import { z } from "zod";
import { multiAgentModeSchema, reasoningEffortSchema } from "../model-settings.ts";
import {
  activePermissionProfileSchema,
  approvalsReviewerSchema,
  askForApprovalSchema,
  sandboxModeSchema,
  sandboxPolicySchema,
} from "../policy.ts";
import { threadSchema } from "../thread.ts";

/** What is null or absent stays as it is, or takes the server's default in a new thread. */
export const threadSettingsParams = {
  model: z.string().nullish(),
  modelProvider: z.string().nullish(),
  serviceTier: z.string().nullish(),
  cwd: z.string().nullish(),
  runtimeWorkspaceRoots: z.array(z.string()).nullish(),
  approvalPolicy: askForApprovalSchema.nullish(),
  approvalsReviewer: approvalsReviewerSchema.nullish(),
  sandbox: sandboxModeSchema.nullish(),
  permissions: z.string().nullish(),
  config: z.record(z.string(), z.unknown()).nullish(),
  baseInstructions: z.string().nullish(),
  developerInstructions: z.string().nullish(),
};

/** A thread together with the settings in force. */
export const configuredThreadResult = {
  thread: threadSchema,
  model: z.string(),
  modelProvider: z.string(),
  serviceTier: z.string().nullable(),
  cwd: z.string(),
  runtimeWorkspaceRoots: z.array(z.string()),
  instructionSources: z.array(z.string()),
  approvalPolicy: askForApprovalSchema,
  approvalsReviewer: approvalsReviewerSchema,
  sandbox: sandboxPolicySchema,
  activePermissionProfile: activePermissionProfileSchema.nullable(),
  reasoningEffort: reasoningEffortSchema.nullable(),
  multiAgentMode: multiAgentModeSchema,
  disabledPluginIds: z.array(z.string()),
};
