/** Items of work on the workspace: a command that ran, files that changed. */
import { z } from "zod";
import { commandActionSchema } from "../command-action.ts";
import { itemTimes } from "./times.ts";

export const commandExecutionStatusSchema = z.enum(["inProgress", "completed", "failed", "declined"]);
export type CommandExecutionStatus = z.infer<typeof commandExecutionStatusSchema>;

export const commandExecutionSourceSchema = z.enum([
  "agent",
  "userShell",
  "unifiedExecStartup",
  "unifiedExecInteraction",
]);
export type CommandExecutionSource = z.infer<typeof commandExecutionSourceSchema>;

/** `aggregatedOutput` at completion replaces every delta: deltas alone may lack the beginning. A non-zero exit is `failed`. */
export const commandExecutionItemSchema = z.object({
  type: z.literal("commandExecution"),
  id: z.string(),
  pluginId: z.string().nullable(),
  scriptPath: z.string().nullable(),
  command: z.string(),
  cwd: z.string(),
  processId: z.string().nullable(),
  source: commandExecutionSourceSchema,
  status: commandExecutionStatusSchema,
  commandActions: z.array(commandActionSchema),
  aggregatedOutput: z.string().nullable(),
  exitCode: z.int().nullable(),
  durationMs: z.int().nullable(),
  ...itemTimes,
});
export type CommandExecutionItem = z.infer<typeof commandExecutionItemSchema>;

export const patchChangeKindSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("add") }),
  z.object({ type: z.literal("delete") }),
  z.object({ type: z.literal("update"), move_path: z.string().nullable() }),
]);
export type PatchChangeKind = z.infer<typeof patchChangeKindSchema>;

/** `path` is absolute. `diff` is the file's text for add and delete, hunks without a file header for update. */
export const fileUpdateChangeSchema = z.object({ path: z.string(), kind: patchChangeKindSchema, diff: z.string() });
export type FileUpdateChange = z.infer<typeof fileUpdateChangeSchema>;

export const patchApplyStatusSchema = z.enum(["inProgress", "completed", "failed", "declined"]);
export type PatchApplyStatus = z.infer<typeof patchApplyStatusSchema>;

export const fileChangeItemSchema = z.object({
  type: z.literal("fileChange"),
  id: z.string(),
  changes: z.array(fileUpdateChangeSchema),
  status: patchApplyStatusSchema,
  ...itemTimes,
});
export type FileChangeItem = z.infer<typeof fileChangeItemSchema>;
