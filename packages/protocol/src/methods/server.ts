import { z } from "zod";
import { emptyParamsSchema, noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";

export const isolationSchema = z.enum(["bubblewrap", "landlock", "external", "none"]);
export type Isolation = z.infer<typeof isolationSchema>;

export const serverMethods = {
  "server/diagnostics": {
    experimental: true,
    params: emptyParamsSchema,
    result: z.object({
      process: z.object({
        id: z.uint32(),
        residentMemoryBytes: z.int().min(0).nullable(),
        physicalFootprintBytes: z.int().min(0).nullable(),
      }),
      gauges: z.array(z.object({ name: z.string(), value: z.int().min(0) })),
    }),
  },
  /** Skein's: what a person should know about the server they are connected to. */
  "skein/server/info": {
    params: noParamsSchema,
    result: z.object({
      version: z.string(),
      protocolVersion: z.string(),
      /** `demo`: the built-in scripted model answers, for want of a key. */
      model: z.object({ kind: z.enum(["demo", "real"]), name: z.string() }),
      /** What keeps commands away from the host. */
      isolation: isolationSchema,
      principal: z.object({ name: z.string() }),
    }),
  },
} as const satisfies Record<string, Method>;
