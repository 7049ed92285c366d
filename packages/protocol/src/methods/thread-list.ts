/** Finding threads: lists and search. */
import { z } from "zod";
import type { Method } from "../method.ts";
import { forwardPageSchema, orderedPageParams, pageParams, pageSchema } from "../paging.ts";
import { threadReadStateSchema } from "../read-state.ts";
import { threadSchema } from "../thread.ts";

const threadSourceKindSchema = z.enum([
  "cli",
  "vscode",
  "exec",
  "appServer",
  "subAgent",
  "subAgentReview",
  "subAgentCompact",
  "subAgentThreadSpawn",
  "subAgentOther",
  "unknown",
]);

const filterParams = {
  archived: z.boolean().nullish(),
  currentAccountOnly: z.boolean().optional(),
  includeAttachedThreads: z.boolean().optional(),
  sourceKinds: z.array(threadSourceKindSchema).nullish(),
  /** Skein's: of what the caller may read only what they have made, or what others have shared with them. */
  whose: z.enum(["all", "mine", "sharedWithMe"]).nullish(),
};

export const threadListMethods = {
  "thread/list": {
    params: z.object({
      ...orderedPageParams,
      ...filterParams,
      sortKey: z.enum(["created_at", "updated_at", "recency_at", "section_position"]).nullish(),
      searchTerm: z.string().nullish(),
      cwd: z.union([z.string(), z.array(z.string())]).nullish(),
      modelProviders: z.array(z.string()).nullish(),
      originators: z.array(z.string()).nullish(),
      excludedThreadIds: z.array(z.string()).nullish(),
      ancestorThreadId: z.string().nullish(),
      parentThreadId: z.string().nullish(),
      attachedToThreadId: z.string().nullish(),
      projectId: z.string().nullish(),
      sectionId: z.string().nullish(),
      useStateDbOnly: z.boolean().optional(),
    }),
    result: pageSchema(threadSchema).extend({ readStates: z.record(z.string(), threadReadStateSchema).nullish() }),
    experimentalFields: [
      "ancestorThreadId",
      "attachedToThreadId",
      "includeAttachedThreads",
      "parentThreadId",
      "projectId",
    ],
  },
  /** Ids of the threads in the memory of any node. */
  "thread/loaded/list": {
    params: z.object(pageParams),
    result: forwardPageSchema(z.string()),
  },
  "thread/search": {
    experimental: true,
    params: z.object({
      ...orderedPageParams,
      ...filterParams,
      searchTerm: z.string(),
      sortKey: z.enum(["created_at", "updated_at", "recency_at"]).nullish(),
    }),
    result: pageSchema(z.object({ thread: threadSchema, snippet: z.string() })),
  },
} as const satisfies Record<string, Method>;
