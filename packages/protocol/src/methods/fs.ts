/** Files of a workspace, without a thread. Paths are absolute, as commands see them; what lies outside of workspaces does not exist. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";

const byPath = { path: z.string() };

export const fsMethods = {
  "fs/readFile": {
    params: z.object(byPath),
    result: z.object({ dataBase64: z.string() }),
  },
  "fs/writeFile": {
    params: z.object({ ...byPath, dataBase64: z.string() }),
    result: emptyResultSchema,
  },
  /** `recursive` (true when absent): parents are made too, and one that is there is no error. */
  "fs/createDirectory": {
    params: z.object({ ...byPath, recursive: z.boolean().nullish() }),
    result: emptyResultSchema,
  },
  /** Of what the path leads to, but for `isSymlink`. Milliseconds since the epoch; 0: nobody knows. */
  "fs/getMetadata": {
    params: z.object(byPath),
    result: z.object({
      isDirectory: z.boolean(),
      isFile: z.boolean(),
      isSymlink: z.boolean(),
      createdAtMs: z.int(),
      modifiedAtMs: z.int(),
    }),
  },
  /** By name; links that lead nowhere are left out. */
  "fs/readDirectory": {
    params: z.object(byPath),
    result: z.object({
      entries: z.array(z.object({ fileName: z.string(), isDirectory: z.boolean(), isFile: z.boolean() })),
    }),
  },
  /** `force` (true when absent): what is not there is no error. `recursive` is true when absent. */
  "fs/remove": {
    params: z.object({ ...byPath, recursive: z.boolean().nullish(), force: z.boolean().nullish() }),
    result: emptyResultSchema,
  },
  /** Within one workspace. `recursive` must be true for a directory. */
  "fs/copy": {
    params: z.object({ sourcePath: z.string(), destinationPath: z.string(), recursive: z.boolean().optional() }),
    result: emptyResultSchema,
  },
  /** Told by `fs/changed`, until `fs/unwatch` or the end of the connection. The path need not be there. Gives it resolved in text. */
  "fs/watch": {
    params: z.object({ ...byPath, watchId: z.string() }),
    result: z.object(byPath),
  },
  "fs/unwatch": {
    params: z.object({ watchId: z.string() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
