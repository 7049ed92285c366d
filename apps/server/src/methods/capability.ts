/** Skills, hooks, plugins and MCP servers: Skein runs none of a workspace's, so every directory has none. */
import type { Handlers } from "./handler.ts";

type Methods = "skills/list" | "hooks/list" | "plugin/installed" | "mcpServerStatus/list";

export const capabilityHandlers: Handlers<Methods> = {
  "skills/list": ({ cwds }) => ({ data: (cwds ?? []).map((cwd) => ({ cwd, skills: [], errors: [] })) }),
  "hooks/list": ({ cwds }) => ({ data: (cwds ?? []).map((cwd) => ({ cwd, hooks: [], warnings: [], errors: [] })) }),
  "plugin/installed": () => ({ marketplaces: [], marketplaceLoadErrors: [] }),
  "mcpServerStatus/list": () => ({ data: [], nextCursor: null }),
};
