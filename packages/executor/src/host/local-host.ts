/** The runner of this machine: in the server's own process, or behind the socket of a runner that serves nodes. */
import type { LocalEnvironment } from "../environment/local-environment.ts";
import type { LocalEnvironments } from "../environment/local-environments.ts";
import { createWorkspaceDirectory } from "../workspace/create-directory.ts";
import type { WorkspaceRules } from "../workspace/decide-refusal.ts";
import { openWorkspaceDirectory } from "../workspace/open-directory.ts";
import { deriveTenantOwner } from "../workspace/tenant-owner.ts";
import type { WorkspaceDirectory } from "../workspace/workspace.ts";
import type { EnvironmentOpening, HostFacts, RunnerHost, TenantPlace, WorkspaceRef } from "./runner-host.ts";

export type HostRules = Omit<WorkspaceRules, "tenantId">;

export class LocalHost implements RunnerHost {
  readonly name: string;
  readonly absence = null;
  readonly #environments: LocalEnvironments;
  readonly #rules: HostRules;

  constructor(name: string, environments: LocalEnvironments, rules: HostRules) {
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

  close(): Promise<void> {
    return this.#environments.closeAll();
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
