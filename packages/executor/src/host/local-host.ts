/** The runner of this machine: in the server's own process, or behind the socket of a runner that serves nodes. */
import type { LocalEnvironment } from "../environment/local-environment.ts";
import type { LocalEnvironments } from "../environment/local-environments.ts";
import { createWorkspaceDirectory, isWorkspaceName } from "../workspace/create-directory.ts";
import type { WorkspaceRules } from "../workspace/decide-refusal.ts";
import { openWorkspaceDirectory, WorkspaceRefused } from "../workspace/open-directory.ts";
import { dropEmptied, findPutAside, putAside } from "../workspace/removed-directory.ts";
import { deriveTenantOwner } from "../workspace/tenant-owner.ts";
import type { WorkspaceDirectory } from "../workspace/workspace.ts";
import type { EnvironmentOpening, HostFacts, RunnerHost, TenantPlace, WorkspaceRef } from "./runner-host.ts";

export type HostRules = Omit<WorkspaceRules, "tenantId">;

export class LocalHost implements RunnerHost {
  readonly name: string;
  readonly absence = null;
  readonly #environments: LocalEnvironments;
  readonly #rules: HostRules;
  readonly #report: (problem: string, error: unknown) => void;
  readonly #dropping = new Set<Promise<void>>();
  #closing = false;

  constructor(
    name: string,
    environments: LocalEnvironments,
    rules: HostRules,
    report: (problem: string, error: unknown) => void,
  ) {
    this.#report = report;
    this.name = name;
    this.#environments = environments;
    this.#rules = rules;
  }

  get facts(): HostFacts {
    return this.#environments.facts;
  }

  /** It is never away. */
  whenReached(): void {}

  async createDirectory(tenant: TenantPlace, name: string): Promise<WorkspaceDirectory> {
    return this.#create(tenant, "", name);
  }

  async openDirectory(tenant: TenantPlace, path: string, within: string | null): Promise<WorkspaceDirectory> {
    return this.#open(tenant, "", path, within === null ? this.#rules.roots : [within]);
  }

  async removeDirectory({ id }: TenantPlace, name: string): Promise<void> {
    if (!isWorkspaceName(name) || !isWorkspaceName(id)) throw new WorkspaceRefused(`${name} is no workspace`);
    const aside = putAside(this.#rules.dataDirectory, id, name);
    if (aside === null) return;
    await this.#environments.closeIn(aside.hostPath);
    this.#drop(aside.removed);
  }

  /** Goes on with what an earlier run of this runner has not finished. */
  resumeRemovals(): void {
    for (const removed of findPutAside(this.#rules.dataDirectory)) this.#drop(removed);
  }

  async openEnvironment({ workspace, threadId, fence, leaseMs }: EnvironmentOpening): Promise<LocalEnvironment> {
    const environment = await this.#environments.open(this.#directoryOf(workspace), threadId, fence);
    environment.renewLease(leaseMs);
    return environment;
  }

  /** The thread's environment as this owner opened it. */
  environment(threadId: string, fence: number): LocalEnvironment | null {
    return this.#environments.find(threadId, fence);
  }

  renewLease(threadId: string, fence: number, validForMs: number): void {
    this.#environments.renewLease(threadId, fence, validForMs);
  }

  closeEnvironment(threadId: string, fence: number): Promise<void> {
    return this.#environments.close(threadId, fence);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#environments.closeAll();
    await Promise.all(this.#dropping);
  }

  /** What cannot be removed now is tried again when the runner starts. */
  #drop(removed: WorkspaceDirectory): void {
    const dropping = this.#environments
      .empty(removed)
      .then(() => dropEmptied(removed))
      .catch((error: unknown) => {
        if (!this.#closing) this.#report(`${removed.hostPath} could not be removed`, error);
      })
      .finally(() => this.#dropping.delete(dropping));
    this.#dropping.add(dropping);
  }

  #directoryOf(workspace: WorkspaceRef): WorkspaceDirectory {
    const { tenant, id } = workspace;
    return workspace.kind === "created"
      ? this.#create(tenant, id, workspace.name)
      : this.#open(tenant, id, workspace.path, this.#rules.roots);
  }

  #create(tenant: TenantPlace, id: string, name: string): WorkspaceDirectory {
    const { dataDirectory } = this.#rules;
    const owner = deriveTenantOwner(tenant.index);
    return createWorkspaceDirectory({ id, name, tenantId: tenant.id, dataDirectory, owner });
  }

  #open(tenant: TenantPlace, id: string, path: string, roots: readonly string[]): WorkspaceDirectory {
    return openWorkspaceDirectory(id, path, { ...this.#rules, roots, tenantId: tenant.id });
  }
}
