import type { SandboxPolicy } from "@skein/timeline/event";

/**
 * Within which clients change files without a thread: as the agent's commands are by themselves, so hooks and settings of git and of agents are
 * protected. That the network is allowed lets it share the sandbox of commands that have it; none comes of it.
 */
export const filePolicy: SandboxPolicy = {
  type: "workspaceWrite",
  writableRoots: [],
  networkAccess: true,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};
