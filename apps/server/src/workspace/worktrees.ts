/** Worktrees of threads: made before the thread is, and taken away behind it, in the workspace's own sandbox. */
import { askTree, TreeRefused } from "@skein/executor/tree/ask-tree";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import { pathOfWorktree, type WorktreePlace, worktreeOf } from "@skein/executor/worktree/worktree-place";
import type { Runners } from "./runners.ts";
import { openWorkEnvironment } from "./work-environment.ts";
import { WorkspaceUnusable } from "./workspace-state.ts";
import type { Workspaces } from "./workspaces.ts";

export interface WorktreePorts {
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
   * Behind a thread that is gone, if the directory is the one that was made for it: another thread may work in the same one. What cannot
   * be taken away stays, with all that is in it.
   */
  remove(tenantId: string, workspaceId: string, threadId: string): void {
    const removing = this.#ask(tenantId, workspaceId, "removeWorktree", worktreeOf(threadId))
      .then(() => {})
      .catch((err: unknown) => {
        if (!(err instanceof WorkspaceUnusable)) {
          this.#ports.report("the worktree of a deleted thread is left", { err, workspaceId, threadId });
        }
      })
      .finally(() => this.#removing.delete(removing));
    this.#removing.add(removing);
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    await Promise.all(this.#removing);
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
      await askTree(environment, { type, root, place }, { signal });
      return pathOfWorktree(root, place);
    } finally {
      await close();
    }
  }
}
