/** Skills, hooks, plugins and MCP servers: Skein runs none of a workspace's, so every directory has none. */
import { errors } from "@skein/protocol/errors";
import type { Handlers } from "./handler.ts";
import { findThread, keyOf, type ThreadServices } from "./thread-services.ts";

type Methods = "skills/list" | "hooks/list" | "plugin/installed" | "mcpServerStatus/list";

export function capabilityHandlers(services: ThreadServices): Handlers<Methods> {
  return {
    "skills/list": ({ cwds }) => ({ data: (cwds ?? []).map((cwd) => ({ cwd, skills: [], errors: [] })) }),

    /** A thread stands for its own directory. */
    "hooks/list": async ({ cwds, threadId }, { principal }) => {
      const thread = threadId ? await findThread(services, keyOf(principal, threadId), errors.threadNotFound) : null;
      const directories = cwds?.length || thread === null ? (cwds ?? []) : [thread.cwd];
      return { data: directories.map((cwd) => ({ cwd, hooks: [], warnings: [], errors: [] })) };
    },

    "plugin/installed": () => ({ marketplaces: [], marketplaceLoadErrors: [] }),
    "mcpServerStatus/list": () => ({ data: [], nextCursor: null }),
  };
}
