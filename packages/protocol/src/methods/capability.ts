/** What a directory or a server brings to the agent: skills, hooks, plugins, MCP servers. */
import { z } from "zod";
import type { Method } from "../method.ts";
import { forwardPageSchema, pageParams } from "../paging.ts";

const loadErrorSchema = z.object({ path: z.string(), message: z.string() });

export const skillSchema = z.object({
  name: z.string(),
  description: z.string(),
  shortDescription: z.string().nullish(),
  path: z.string(),
  scope: z.enum(["user", "repo", "system", "admin"]),
  enabled: z.boolean(),
  pluginId: z.string().nullish(),
  interface: z.record(z.string(), z.string().nullable()).nullish(),
  dependencies: z.object({ tools: z.array(z.looseObject({ type: z.string(), value: z.string() })) }).nullish(),
});
export type Skill = z.infer<typeof skillSchema>;

export const hookSchema = z.looseObject({ handlerType: z.enum(["command", "mcpTool", "prompt", "agent"]) });

export const pluginSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  installed: z.boolean(),
  enabled: z.boolean(),
});

export const mcpServerStatusSchema = z.looseObject({ name: z.string() });

export const capabilityMethods = {
  /** One entry per directory asked for. */
  "skills/list": {
    params: z.object({ cwds: z.array(z.string()).optional(), forceReload: z.boolean().optional() }),
    result: z.object({
      data: z.array(z.object({ cwd: z.string(), skills: z.array(skillSchema), errors: z.array(loadErrorSchema) })),
    }),
  },
  "hooks/list": {
    params: z.object({ cwds: z.array(z.string()).optional(), threadId: z.string().nullish() }),
    result: z.object({
      data: z.array(
        z.object({
          cwd: z.string(),
          hooks: z.array(hookSchema),
          warnings: z.array(z.string()),
          errors: z.array(loadErrorSchema),
        }),
      ),
    }),
  },
  "plugin/installed": {
    params: z.object({
      cwds: z.array(z.string()).nullish(),
      installSuggestionPluginNames: z.array(z.string()).nullish(),
    }),
    result: z.object({
      marketplaces: z.array(
        z.object({
          name: z.string(),
          path: z.string().nullish(),
          interface: z.object({ displayName: z.string().nullish() }).nullish(),
          plugins: z.array(pluginSchema),
        }),
      ),
      marketplaceLoadErrors: z.array(z.object({ marketplacePath: z.string(), message: z.string() })),
    }),
  },
  "mcpServerStatus/list": {
    params: z.object({
      ...pageParams,
      detail: z.enum(["full", "toolsAndAuthOnly"]).nullish(),
      threadId: z.string().nullish(),
      serverName: z.string().nullish(),
    }),
    result: forwardPageSchema(mcpServerStatusSchema),
  },
} as const satisfies Record<string, Method>;
