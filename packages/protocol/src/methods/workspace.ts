/** Skein's: the directory trees in which a principal may start threads. */
import { z } from "zod";
import { emptyResultSchema, noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";

/** What holds a workspace and runs its commands. `absence`: why it cannot be reached now; null when it can. */
const workspaceRunnerSchema = z.object({ name: z.string(), absence: z.string().nullable() });

/** Where its files come from, apart from what people and agents do there later. */
const workspaceSourceSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("empty") }),
  /** An archive that was sent; `fileName` is what the sender called it. */
  z.object({ type: z.literal("archive"), fileName: z.string() }),
  /** `branch` and `depth` as they were asked for; null: the repository's own, and all of its commits. */
  z.object({
    type: z.literal("repository"),
    url: z.string(),
    branch: z.string().nullable(),
    depth: z.int().nullable(),
  }),
]);
export type WorkspaceSource = z.infer<typeof workspaceSourceSchema>;

/** An archive takes the first two steps, a repository the others. `totalBytes` is null where nobody knows it. */
const workspaceProgressSchema = z.object({
  step: z.enum(["receiving", "unpacking", "fetching", "resolving", "checkingOut"]),
  bytes: z.int(),
  totalBytes: z.int().nullable(),
  files: z.int(),
  /** Of the step, where that is known. */
  percent: z.int().nullish(),
});
export type WorkspaceProgress = z.infer<typeof workspaceProgressSchema>;

const workspaceStateSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  /** Threads can start in it when it is ready. */
  z.object({ type: z.literal("making"), progress: workspaceProgressSchema.nullable() }),
  /** Nothing is left of it but this word, which `skein/workspace/delete` takes away. */
  z.object({ type: z.literal("failed"), message: z.string() }),
]);
export type WorkspaceState = z.infer<typeof workspaceStateSchema>;

/** What a workspace took of the disk when it was measured. */
const workspaceDiskSchema = z.object({
  bytes: z.int(),
  /** Files, directories and links. */
  files: z.int(),
  measuredAt: z.int(),
});

/** `root` is the path to give as `cwd`, as commands see it. `opened`: a directory that existed before Skein knew it. */
export const workspaceSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** What people call it; null, or absent: by its name, which is that of its directory. */
  title: z.string().nullish(),
  root: z.string(),
  origin: z.enum(["created", "opened"]),
  /** Milliseconds since the epoch. */
  createdAt: z.int(),
  /** Absent from servers that speak version 8 or an earlier one. */
  runner: workspaceRunnerSchema.optional(),
  // What follows is absent from servers that speak version 11 or an earlier one.
  source: workspaceSourceSchema.optional(),
  state: workspaceStateSchema.optional(),
  /** null: it has not been measured yet. */
  disk: workspaceDiskSchema.nullish(),
  /** How many threads work in it, those of others among them. */
  threads: z.int().optional(),
  /** The member who made it; null: nobody knows. */
  createdBy: z.string().nullish(),
  /** Whether the caller may rename and delete it. */
  mayDelete: z.boolean().optional(),
});
export type Workspace = z.infer<typeof workspaceSchema>;

/** Bytes are those of the disk. `usedBytes`: by all workspaces of the tenant, as far as they were measured. */
const workspaceQuotaSchema = z.object({
  usedBytes: z.int(),
  maxBytes: z.int(),
  workspaceMaxBytes: z.int(),
  workspaceMaxFiles: z.int(),
  /** Of an archive as it is sent. */
  uploadMaxBytes: z.int(),
});
export type WorkspaceQuota = z.infer<typeof workspaceQuotaSchema>;

/** A thread of a workspace; only those that the caller may read are named. */
const workspaceThreadSchema = z.object({
  threadId: z.string(),
  name: z.string().nullable(),
  preview: z.string(),
  /** Whether a turn runs in it, or waits for an answer. */
  isAtWork: z.boolean(),
});
export type WorkspaceThread = z.infer<typeof workspaceThreadSchema>;

const workspaceIdSchema = z.object({ workspaceId: z.string() });

export const workspaceMethods = {
  "skein/workspace/list": {
    params: noParamsSchema,
    result: z.object({
      data: z.array(workspaceSchema),
      /** Absent from servers that speak version 11 or an earlier one. */
      quota: workspaceQuotaSchema.optional(),
    }),
  },
  "skein/workspace/create": {
    params: z.object({ name: z.string() }),
    result: z.object({ workspace: workspaceSchema }),
  },
  /**
   * Made of a repository of https, while the answer is on its way already: how far it is, `skein/workspace/changed` tells. `credentialId`: of
   * `skein/gitCredential/list`; absent: one for the host, if there is one; null: none.
   */
  "skein/workspace/clone": {
    params: z.object({
      name: z.string(),
      url: z.string().max(2000),
      branch: z.string().trim().min(1).max(250).nullish(),
      depth: z.int().min(1).max(1_000_000).nullish(),
      credentialId: z.string().nullish(),
    }),
    result: z.object({ workspace: workspaceSchema }),
  },
  /** Measured anew. */
  "skein/workspace/read": {
    params: workspaceIdSchema,
    result: z.object({
      workspace: workspaceSchema,
      /** The newest, as far as the caller may read them. */
      threads: z.array(workspaceThreadSchema),
      quota: workspaceQuotaSchema,
    }),
  },
  /**
   * People see another name; its path and `name` stay, because threads, running commands and what they have written know it by those. null, or
   * nothing but space, takes the title back.
   */
  "skein/workspace/rename": {
    params: workspaceIdSchema.extend({ title: z.string().nullable() }),
    result: z.object({ workspace: workspaceSchema }),
  },
  /** Its files are removed; of a directory that was there before, only Skein's knowledge of it. */
  "skein/workspace/delete": {
    params: workspaceIdSchema,
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
