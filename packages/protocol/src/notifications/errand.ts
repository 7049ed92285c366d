/** To the one connection that has asked. */
import { z } from "zod";
import { fuzzyFileSchema } from "../methods/fuzzy-file-search.ts";

/** `capReached`: nothing more of this stream follows. All of what a terminal shows is stdout. */
const outputDelta = {
  stream: z.enum(["stdout", "stderr"]),
  deltaBase64: z.string(),
  capReached: z.boolean(),
};

export const errandNotifications = {
  /** The path that is watched, or direct children of it. */
  "fs/changed": z.object({ watchId: z.string(), changedPaths: z.array(z.string()) }),
  "command/exec/outputDelta": z.object({ processId: z.string(), ...outputDelta }),
  "process/outputDelta": z.object({ processHandle: z.string(), ...outputDelta }),
  /** What was streamed is not in it. */
  "process/exited": z.object({
    processHandle: z.string(),
    exitCode: z.int(),
    outputDrainTimedOut: z.boolean().nullish(),
    stdout: z.string(),
    stdoutCapReached: z.boolean(),
    stderr: z.string(),
    stderrCapReached: z.boolean(),
  }),
  "fuzzyFileSearch/sessionUpdated": z.object({
    sessionId: z.string(),
    query: z.string(),
    files: z.array(fuzzyFileSchema),
  }),
  /** Of the query that was told last there is nothing more to tell. */
  "fuzzyFileSearch/sessionCompleted": z.object({ sessionId: z.string() }),
} as const;
