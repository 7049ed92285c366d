import { z } from "zod";
import { reasoningEffortSchema } from "./model-settings.ts";
import { rightSchema } from "./right.ts";
import { threadStatusSchema } from "./thread-status.ts";
import { turnSchema } from "./turn.ts";

const subAgentSourceSchema = z.union([
  z.enum(["review", "compact", "memory_consolidation"]),
  z.object({
    thread_spawn: z.object({
      parent_thread_id: z.string(),
      depth: z.int(),
      agent_path: z.string().nullish(),
      agent_nickname: z.string().nullish(),
      agent_role: z.string().nullish(),
    }),
  }),
  z.object({ other: z.string() }),
]);

/** Which kind of program started the thread. */
export const sessionSourceSchema = z.union([
  z.enum(["cli", "vscode", "exec", "appServer", "unknown"]),
  z.object({ custom: z.string() }),
  z.object({ subAgent: subAgentSourceSchema }),
]);
export type SessionSource = z.infer<typeof sessionSourceSchema>;

export const threadEnvironmentSchema = z.object({
  environmentId: z.string(),
  cwd: z.string(),
  runtimeWorkspaceRoots: z.array(z.string()),
});
export type ThreadEnvironment = z.infer<typeof threadEnvironmentSchema>;

export const gitInfoSchema = z.object({
  sha: z.string().nullable(),
  branch: z.string().nullable(),
  originUrl: z.string().nullable(),
});
export type GitInfo = z.infer<typeof gitInfoSchema>;

export const threadSectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  appearance: z.object({ color: z.string().nullish(), icon: z.string().nullish() }).nullish(),
});

export const historyModeSchema = z.enum(["legacy", "paginated"]);
export type HistoryMode = z.infer<typeof historyModeSchema>;

/**
 * `createdAt`, `updatedAt` and `recencyAt` are seconds since the epoch. `turns` is empty except where a method says that it
 * fills it. `preview` is the beginning of the first message.
 */
export const threadSchema = z.object({
  id: z.string(),
  sessionId: z.string(),
  forkedFromId: z.string().nullable(),
  parentThreadId: z.string().nullable(),
  attachedToThreadId: z.string().nullable(),
  preview: z.string(),
  name: z.string().nullable(),
  ephemeral: z.boolean(),
  historyMode: historyModeSchema,
  model: z.string().nullable(),
  modelProvider: z.string(),
  reasoningEffort: reasoningEffortSchema.nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
  recencyAt: z.int().nullable(),
  status: threadStatusSchema,
  path: z.string().nullable(),
  cwd: z.string(),
  cliVersion: z.string(),
  originator: z.string().nullable(),
  source: sessionSourceSchema,
  threadSource: z.string().nullable(),
  canAcceptDirectInput: z.boolean().nullable(),
  agentNickname: z.string().nullable(),
  agentRole: z.string().nullable(),
  gitInfo: gitInfoSchema.nullable(),
  environments: z.array(threadEnvironmentSchema).nullable(),
  projectId: z.string().nullable(),
  section: threadSectionSchema.nullable(),
  sectionEnteredAt: z.int().nullable(),
  daybreakEnabled: z.boolean().nullable(),
  extra: z.record(z.string(), z.unknown()).nullable(),
  turns: z.array(turnSchema),
  /** Skein's: the id of the member whose thread it is; null: nobody's, such as an imported one. */
  createdBy: z.string().nullish(),
  /** Skein's: where it works, also when that was deleted; null: nowhere, or its reader is not told. */
  workspaceId: z.string().nullish(),
  /** Skein's: what the caller may do with it; in `thread/list`, `thread/search` and `thread/read`. */
  rights: z.array(rightSchema).optional(),
});
export type Thread = z.infer<typeof threadSchema>;
