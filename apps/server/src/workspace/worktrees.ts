/** Worktrees of threads: made before the thread is, and taken away behind it, in the workspace's own sandbox. */
import { askTree, TreeRefused } from "@skein/executor/tree/ask-tree";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import {
  isOfThread,
  pathOfWorktree,
  type WorktreePlace,
  worktreeAround,
  worktreeOf,
} from "@skein/executor/worktree/worktree-place";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Runners } from "./runners.ts";
import { openWorkEnvironment } from "./work-environment.ts";
import { WorkspaceUnusable } from "./workspace-state.ts";
import { readDirectoriesInUse } from "./workspace-threads.ts";
import type { Workspaces } from "./workspaces.ts";

export interface WorktreePorts {
  readonly withTenant: WithTenant;
  readonly runners: Runners;
  readonly workspaces: Pick<Workspaces, "homeOf">;
  report(problem: string, details: object): void;
}

const patienceMs = 60_000;

export class Worktrees {
  readonly #ports: WorktreePorts;
  readonly #removing = new Set<Promise<void>>();

  constructor(ports: WorktreePorts) {
    this.#ports = ports;
  }

  /** Gives its directory as commands see it. Rejects with `WorkspaceRefused`, `WorkspaceUnusable` or `RunnerAbsent`. */
  async add(tenantId: string, workspaceId: string, threadId: string): Promise<string> {
    const place = worktreeOf(threadId);
    try {
      return await this.#ask(tenantId, workspaceId, "addWorktree", place);
    } catch (error) {
      if (error instanceof TreeRefused) throw new WorkspaceRefused(error.message);
      throw error;
    }
  }

  /**
   * Behind a thread that is gone and worked in `cwd`, if that was made for a thread and no other works there any more: a fork works where
   * its source does. What cannot be taken away stays, with all that is in it, until the next time that a worktree of the workspace comes or
   * goes.
   */
  remove(tenantId: string, workspaceId: string, cwd: string): void {
    const place = worktreeAround(cwd);
    if (place === null || !isOfThread(place)) return;
    const removing = this.#inUse(tenantId, workspaceId)
      .then(async (inUse) => {
        if (!inUse.includes(place.slug)) await this.#ask(tenantId, workspaceId, "removeWorktree", place);
      })
      .catch((err: unknown) => {
        if (!(err instanceof WorkspaceUnusable)) {
          this.#ports.report("the worktree of a deleted thread is left", { err, workspaceId, ...place });
        }
      })
      .finally(() => this.#removing.delete(removing));
    this.#removing.add(removing);
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    await Promise.all(this.#removing);
  }

  async #inUse(tenantId: string, workspaceId: string): Promise<string[]> {
    const directories = await this.#ports.withTenant(tenantId, (sql) => readDirectoriesInUse(sql, workspaceId));
    return [...new Set(directories.flatMap((cwd) => worktreeAround(cwd)?.slug ?? []))];
  }

  async #ask(
    tenantId: string,
    workspaceId: string,
    type: "addWorktree" | "removeWorktree",
    place: WorktreePlace,
  ): Promise<string> {
    const { runners, workspaces } = this.#ports;
    const home = await workspaces.homeOf(tenantId, workspaceId);
    if (home === null) throw new WorkspaceUnusable("the workspace is gone");
    const signal = AbortSignal.timeout(patienceMs);
    const { environment, close } = await openWorkEnvironment(runners.find(home.runner), home.workspace, signal);
    try {
      const { root } = environment.info;
      // Read as late as can be: a thread may have come meanwhile.
      const inUse = await this.#inUse(tenantId, workspaceId);
      await askTree(environment, { type, root, place, inUse }, { signal });
      return pathOfWorktree(root, place);
    } finally {
      await close();
    }
  }
}
