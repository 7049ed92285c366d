import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import { functionCallOutputBodySchema } from "../item/tool-call.ts";
import type { Method } from "../method.ts";
import {
  collaborationModeSchema,
  cyberAccessProgramSchema,
  multiAgentModeSchema,
  personalitySchema,
  reasoningEffortSchema,
  reasoningSummarySchema,
} from "../model-settings.ts";
import { approvalsReviewerSchema, askForApprovalSchema, sandboxPolicySchema } from "../policy.ts";
import { turnSchema } from "../turn.ts";
import { userInputSchema } from "../user-input.ts";
import { turnEnvironmentSchema } from "./turn-environment.ts";

const additionalContextSchema = z.record(
  z.string(),
  z.object({ kind: z.enum(["untrusted", "application"]), name: z.string().nullish(), value: z.string() }),
);

/** What a message brings along, in a new turn as in a running one. `clientUserMessageId` makes a repeat harmless. */
const messageParams = {
  threadId: z.string(),
  input: z.array(userInputSchema),
  clientUserMessageId: z.string().nullish(),
  additionalContext: additionalContextSchema.nullish(),
  responsesapiClientMetadata: z.record(z.string(), z.string()).nullish(),
  responsesapiClientMetadataPatch: z.record(z.string(), z.string()).nullish(),
};

/** Settings given here hold for this turn and the following ones. */
const startParamsSchema = z.object({
  ...messageParams,
  cwd: z.string().nullish(),
  runtimeWorkspaceRoots: z.array(z.string()).nullish(),
  environments: z.array(turnEnvironmentSchema).nullish(),
  approvalPolicy: askForApprovalSchema.nullish(),
  approvalsReviewer: approvalsReviewerSchema.nullish(),
  sandboxPolicy: sandboxPolicySchema.nullish(),
  permissions: z.string().nullish(),
  model: z.string().nullish(),
  effort: reasoningEffortSchema.nullish(),
  summary: reasoningSummarySchema.nullish(),
  personality: personalitySchema.nullish(),
  serviceTier: z.string().nullish(),
  serviceTierForTurn: z.string().nullish(),
  collaborationMode: collaborationModeSchema.nullish(),
  multiAgentMode: multiAgentModeSchema.nullish(),
  /** A JSON Schema for the last answer. */
  outputSchema: z.unknown().optional(),
  toolOutput: z
    .object({
      name: z.string(),
      namespace: z.string().nullish(),
      output: functionCallOutputBodySchema,
      retain: z.boolean().optional(),
    })
    .nullish(),
  turnTrigger: z.string().nullish(),
  rootTurnId: z.string().nullish(),
  parentTurnId: z.string().nullish(),
  disabledPluginIds: z.array(z.string()).nullish(),
  cyberAccessProgram: cyberAccessProgramSchema.nullish(),
});

export const turnMethods = {
  /** During a turn it steers that turn and answers with it. */
  "turn/start": {
    params: startParamsSchema,
    result: z.object({ turn: turnSchema }),
    experimentalFields: [
      "additionalContext",
      "collaborationMode",
      "cyberAccessProgram",
      "environments",
      "multiAgentMode",
      "permissions",
      "responsesapiClientMetadata",
      "responsesapiClientMetadataPatch",
      "runtimeWorkspaceRoots",
    ],
  },
  "turn/steer": {
    params: z.object({ ...messageParams, expectedTurnId: z.string() }),
    result: z.object({ turnId: z.string() }),
    experimentalFields: ["additionalContext", "responsesapiClientMetadata", "responsesapiClientMetadataPatch"],
  },
  "turn/interrupt": {
    params: z.object({ threadId: z.string(), turnId: z.string() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
