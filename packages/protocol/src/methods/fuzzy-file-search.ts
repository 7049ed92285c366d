/** Finding files of workspaces by some letters of their paths. A session is the connection's own. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";

/** `path` is relative to `root`, which is as the client gave it. `indices`: of the letters that were found, in the path. */
export const fuzzyFileSchema = z.object({
  root: z.string(),
  path: z.string(),
  match_type: z.enum(["file", "directory"]),
  file_name: z.string(),
  score: z.int().min(0),
  indices: z.array(z.int().min(0)).nullable(),
});
export type FuzzyFile = z.infer<typeof fuzzyFileSchema>;

export const fuzzyFileSearchMethods = {
  /** The best first. A search with the token of one that is under way ends that one, which then has found nothing. */
  fuzzyFileSearch: {
    params: z.object({ query: z.string(), roots: z.array(z.string()), cancellationToken: z.string().nullish() }),
    result: z.object({ files: z.array(fuzzyFileSchema) }),
  },
  /** Looks once at what there is; one of the same id ends. */
  "fuzzyFileSearch/sessionStart": {
    experimental: true,
    params: z.object({ sessionId: z.string(), roots: z.array(z.string()) }),
    result: emptyResultSchema,
  },
  /** What was found for the newest query is told by `fuzzyFileSearch/sessionUpdated`. */
  "fuzzyFileSearch/sessionUpdate": {
    experimental: true,
    params: z.object({ sessionId: z.string(), query: z.string() }),
    result: emptyResultSchema,
  },
  "fuzzyFileSearch/sessionStop": {
    experimental: true,
    params: z.object({ sessionId: z.string() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
