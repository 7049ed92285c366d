import { z } from "zod";
import { noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { forwardPageSchema, pageParams } from "../paging.ts";

/** Where a value of the configuration comes from: `name` says which layer, by its `type`. */
const layerOriginSchema = z.object({ name: z.looseObject({ type: z.string() }), version: z.string() });

export const configMethods = {
  /** `config` has the keys of the Codex configuration file, snake_case; absent keys have no value. */
  "config/read": {
    params: z.object({ cwd: z.string().nullish(), includeLayers: z.boolean().optional() }),
    result: z.object({
      config: z.record(z.string(), z.unknown()),
      origins: z.record(z.string(), layerOriginSchema),
      layers: z
        .array(layerOriginSchema.extend({ config: z.unknown(), disabledReason: z.string().nullish() }))
        .nullish(),
    }),
  },
  /** What an administrator demands of the configuration; null when nothing. */
  "configRequirements/read": {
    params: noParamsSchema,
    result: z.object({
      requirements: z.record(z.string(), z.unknown()).nullable(),
      supportsIndependentSpeedModes: z.boolean().nullish(),
    }),
  },
  "permissionProfile/list": {
    params: z.object({ ...pageParams, cwd: z.string().nullish() }),
    result: forwardPageSchema(z.object({ id: z.string(), description: z.string().nullable(), allowed: z.boolean() })),
  },
} as const satisfies Record<string, Method>;
