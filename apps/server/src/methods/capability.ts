/** Skills, hooks and plugins: Skein runs none of a workspace's, so every directory has none. */
import type { Handlers } from "./handler.ts";

export const capabilityHandlers: Handlers<"skills/list" | "hooks/list" | "plugin/installed"> = {
  "skills/list": ({ cwds }) => ({ data: (cwds ?? []).map((cwd) => ({ cwd, skills: [], errors: [] })) }),
  "hooks/list": ({ cwds }) => ({ data: (cwds ?? []).map((cwd) => ({ cwd, hooks: [], warnings: [], errors: [] })) }),
  "plugin/installed": () => ({ marketplaces: [], marketplaceLoadErrors: [] }),
};
