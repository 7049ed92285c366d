/** What the sandbox tests share: a freshly built runner, a data directory of its own, workspaces and commands in them. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalEnvironment } from "@skein/executor/environment/local-environment";
import {
  createLocalEnvironments,
  type LocalEnvironments,
  type LocalEnvironmentsOptions,
} from "@skein/executor/environment/local-environments";
import { createWorkspaceDirectory } from "@skein/executor/workspace/create-directory";
import { deriveTenantOwner } from "@skein/executor/workspace/tenant-owner";
import type { WorkspaceDirectory } from "@skein/executor/workspace/workspace";
import { build } from "rolldown";
import { bundleOf, programs } from "../rolldown.config.ts";
import { locateRunnerBundle } from "./locate.ts";

/** Reason to skip; the sandbox tests prove nothing on a machine without bubblewrap. */
export const hasBubblewrap = existsSync("/usr/bin/bwrap");
if (!hasBubblewrap) console.warn("bubblewrap is not installed: the sandbox tests are skipped");

export class SandboxBench {
  readonly directory: string;
  readonly environments: LocalEnvironments;
  readonly bundle: ReturnType<typeof locateRunnerBundle>;
  #made = 0;

  private constructor(
    directory: string,
    bundle: ReturnType<typeof locateRunnerBundle>,
    environments: LocalEnvironments,
  ) {
    this.directory = directory;
    this.bundle = bundle;
    this.environments = environments;
  }

  static async open(options: Partial<LocalEnvironmentsOptions> = {}): Promise<SandboxBench> {
    const directory = mkdtempSync(join(tmpdir(), "skein-"));
    chmodSync(directory, 0o711);
    const runner = join(directory, "runner.js");
    await build(programs.map((program) => ({ ...bundleOf(program, directory), logLevel: "silent" as const })));
    const bundle = locateRunnerBundle(runner);
    const defaults = { dataDirectory: directory, bundle, allowUnsandboxed: false };
    return new SandboxBench(directory, bundle, await createLocalEnvironments({ ...defaults, ...options }));
  }

  workspace(tenantId = "tenant", name = `project-${++this.#made}`): WorkspaceDirectory {
    const owner = deriveTenantOwner(tenantId === "tenant" ? 0 : 1);
    return createWorkspaceDirectory({ id: name, name, tenantId, dataDirectory: this.directory, owner });
  }

  /** A thread of its own, in a workspace of its own unless one is given. */
  async thread(workspace = this.workspace()): Promise<LocalEnvironment> {
    return this.environments.open(workspace, `thread-${++this.#made}`, 1);
  }

  async close(): Promise<void> {
    await this.environments.closeAll();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
