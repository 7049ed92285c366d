/** Methods after which the connection is subscribed to a thread: start, resume, fork. */
import { z } from "zod";
import { handOverSchema } from "../hand-over.ts";
import type { Method } from "../method.ts";
import { collaborationModeSchema, multiAgentModeSchema, personalitySchema } from "../model-settings.ts";
import { pageSchema, sortDirectionSchema } from "../paging.ts";
import { approvalRequestedSchema, asOfSchema, replayParamsSchema, replayResultSchema } from "../replay.ts";
import { rightSchema } from "../right.ts";
import { historyModeSchema } from "../thread.ts";
import { threadTokenUsageSchema } from "../token-usage.ts";
import { pagedTurnSchema, turnItemsViewSchema } from "../turn.ts";
import { reportedWarningSchema } from "../warning.ts";
import { dynamicToolSpecSchema } from "./dynamic-tool.ts";
import { configuredThreadResult, threadSettingsParams } from "./thread-settings.ts";
import { turnEnvironmentSchema } from "./turn-environment.ts";

const selectedCapabilityRootSchema = z.object({
  id: z.string(),
  location: z.object({ type: z.literal("environment"), environmentId: z.string(), path: z.string() }),
});

const startParamsSchema = z.object({
  ...threadSettingsParams,
  personality: personalitySchema.nullish(),
  multiAgentMode: multiAgentModeSchema.nullish(),
  ephemeral: z.boolean().nullish(),
  historyMode: historyModeSchema.nullish(),
  threadSource: z.string().nullish(),
  sessionStartSource: z.enum(["startup", "clear"]).nullish(),
  serviceName: z.string().nullish(),
  projectId: z.string().nullish(),
  /** An empty list: no tools and no sandbox. */
  environments: z.array(turnEnvironmentSchema).nullish(),
  dynamicTools: z.array(dynamicToolSpecSchema).nullish(),
  selectedCapabilityRoots: z.array(selectedCapabilityRootSchema).nullish(),
  allowProviderModelFallback: z.boolean().optional(),
  experimentalRawEvents: z.boolean().optional(),
  mockExperimentalField: z.string().nullish(),
  daybreakEnabled: z.boolean().nullish(),
  /** Skein's: a key of the client's choice; the same key gives the same thread again. */
  clientThreadId: z.string().min(1).max(200).nullish(),
  /** Skein's: the thread works in a Git worktree of its own, on a branch of its own, instead of in the workspace's root. */
  worktree: z.boolean().nullish(),
});

/** Of a thread that was just opened. With `skein/replay`, `cursor` stands for `asOf`: to follow the thread from its beginning. */
const openedResultSchema = z.object({
  ...configuredThreadResult,
  asOf: asOfSchema.optional(),
  cursor: z.string().optional(),
  /** Skein's: the caller's, on this thread. */
  rights: z.array(rightSchema).optional(),
});

const resumeParamsSchema = z.object({
  ...threadSettingsParams,
  threadId: z.string(),
  personality: personalitySchema.nullish(),
  excludeTurns: z.boolean().optional(),
  initialTurnsPage: z
    .object({
      limit: z.uint32().nullish(),
      sortDirection: sortDirectionSchema.nullish(),
      itemsView: turnItemsViewSchema.nullish(),
    })
    .nullish(),
  /** Raw model items of a history kept elsewhere. */
  history: z.array(z.looseObject({ type: z.string() })).nullish(),
  path: z.string().nullish(),
  /** Skein's, with `skein/replay` granted: continue from a cursor. */
  replay: replayParamsSchema.nullish(),
});

const forkParamsSchema = z.object({
  ...threadSettingsParams,
  threadId: z.string(),
  ephemeral: z.boolean().optional(),
  excludeTurns: z.boolean().optional(),
  threadSource: z.string().nullish(),
  lastTurnId: z.string().nullish(),
  beforeTurnId: z.string().nullish(),
  path: z.string().nullish(),
  attachToSource: z.boolean().optional(),
  deferGoalContinuation: z.boolean().optional(),
  experimentalDisablePredictionMcp: z.boolean().optional(),
  experimentalPredictionMode: z.boolean().optional(),
});

export const threadOpenMethods = {
  "thread/start": {
    params: startParamsSchema,
    result: openedResultSchema,
    experimentalFields: [
      "allowProviderModelFallback",
      "daybreakEnabled",
      "dynamicTools",
      "environments",
      "experimentalRawEvents",
      "historyMode",
      "mockExperimentalField",
      "multiAgentMode",
      "permissions",
      "projectId",
      "runtimeWorkspaceRoots",
      "selectedCapabilityRoots",
    ],
  },
  "thread/resume": {
    params: resumeParamsSchema,
    /** `turnsBackwardsCursor` and `itemsBackwardsCursor` lead from the newest turn or item towards the oldest. */
    result: z.object({
      ...configuredThreadResult,
      collaborationMode: collaborationModeSchema.nullish(),
      initialTurnsPage: pageSchema(pagedTurnSchema).nullable(),
      turnsBackwardsCursor: z.string().nullable(),
      itemsBackwardsCursor: z.string().nullable(),
      asOf: asOfSchema.optional(),
      /** Skein's: the caller's, on this thread. */
      rights: z.array(rightSchema).optional(),
      /** Present when the connection has `skein/replay`. */
      replay: replayResultSchema.optional(),
      /** With `skein/replay`, when the verdict is `reset`: as of `asOf`; null when no model was asked yet. */
      tokenUsage: threadTokenUsageSchema.nullish(),
      /** In the same case: what waits for an answer, as of `asOf`. It is asked for as well. */
      pendingApprovals: z.array(approvalRequestedSchema).optional(),
      /** In the same case: what was said since the last turn; each text once. */
      warnings: z.array(reportedWarningSchema).optional(),
      /** In the same case: to whom the thread was handed over so far. */
      handOvers: z.array(handOverSchema).optional(),
    }),
    experimentalFields: ["history", "initialTurnsPage", "path", "permissions", "runtimeWorkspaceRoots"],
  },
  "thread/fork": {
    params: forkParamsSchema,
    result: openedResultSchema,
    experimentalFields: [
      "attachToSource",
      "beforeTurnId",
      "deferGoalContinuation",
      "experimentalDisablePredictionMcp",
      "experimentalPredictionMode",
      "path",
      "permissions",
      "runtimeWorkspaceRoots",
    ],
  },
} as const satisfies Record<string, Method>;
