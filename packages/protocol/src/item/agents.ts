/** Items about agents that an agent spawned. */
import { z } from "zod";
import { reasoningEffortSchema } from "../model-settings.ts";
import { itemTimes } from "./times.ts";

export const collabAgentToolCallItemSchema = z.object({
  type: z.literal("collabAgentToolCall"),
  id: z.string(),
  tool: z.enum([
    "spawnAgent",
    "sendInput",
    "resumeAgent",
    "wait",
    "closeAgent",
    "sendMessage",
    "followupTask",
    "interruptAgent",
    "listAgents",
  ]),
  status: z.enum(["inProgress", "completed", "failed", "interrupted"]),
  senderThreadId: z.string(),
  receiverThreadIds: z.array(z.string()),
  agentsStates: z.record(
    z.string(),
    z.object({
      status: z.enum(["pendingInit", "running", "interrupted", "completed", "errored", "shutdown", "notFound"]),
      message: z.string().nullish(),
    }),
  ),
  prompt: z.string().nullish(),
  model: z.string().nullish(),
  reasoningEffort: reasoningEffortSchema.nullish(),
  ...itemTimes,
});

export const subAgentActivityItemSchema = z.object({
  type: z.literal("subAgentActivity"),
  id: z.string(),
  kind: z.enum(["started", "interacted", "interrupted", "completed"]),
  agentThreadId: z.string(),
  agentPath: z.string(),
  model: z.string().nullish(),
  reasoningEffort: reasoningEffortSchema.nullish(),
  ...itemTimes,
});
