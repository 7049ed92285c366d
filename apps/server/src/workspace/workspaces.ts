/**
 * Where threads work. Workspaces that Skein creates are called `/workspaces/<name>` wherever they lie; existing directories
 * keep their path and are checked anew every time they are opened, because they can change. Each has a runner that is its
 * home, for good: threads move between nodes, workspaces do not.
 */
import type { EnvironmentInfo } from "@skein/core/ports";
import {
  RunnerAbsent,
  type TenantPlace,
  type WorkspacePaths,
  type WorkspaceRef,
} from "@skein/executor/host/runner-host";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import { componentsBelow } from "@skein/executor/workspace/workspace";
import type { AuditBy } from "../audit/actor.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Runners } from "./runners.ts";
import {
  keepFacts,
  keepWorkspace,
  readTenantIndex,
  readWorkspace,
  readWorkspaces,
  type WorkspaceRecord,
} from "./workspace-records.ts";
import { unusableBecause, WorkspaceUnusable } from "./workspace-state.ts";

export interface Workspace {
  readonly record: WorkspaceRecord;
  /** Its root as commands see it. */
  readonly root: string;
}

/** Whoever asks for a workspace by its name. */
export interface Maker {
  readonly userId: string;
  readonly by: AuditBy;
}

/** A workspace, and the directory in it where a thread starts. */
export interface WorkPlace extends Workspace {
  readonly cwd: string;
}

/** What a runner has to be told of a workspace, and what it last said of its environment. */
export interface WorkspaceHome {
  readonly runner: string;
  readonly workspace: WorkspaceRef;
  readonly known: EnvironmentInfo | null;
}

/** For a thread that names no directory, as the stock terminal client's do. */
const defaultName = "main";
export const defaultRoot = `/workspaces/${defaultName}`;
const createdPath = /^\/workspaces\/([^/]+)/;

export class Workspaces {
  readonly #withTenant: WithTenant;
  readonly #runners: Runners;
  readonly #mayOpen: (tenantId: string) => boolean;
  readonly #tenants = new Map<string, TenantPlace>();

  /** `mayOpen`: whether the tenant may work in directories of the machine that Skein did not make. */
  constructor(withTenant: WithTenant, runners: Runners, mayOpen: (tenantId: string) => boolean) {
    this.#withTenant = withTenant;
    this.#runners = runners;
    this.#mayOpen = mayOpen;
  }

  /** As `list`, but never without one to work in: a newcomer finds the default workspace. */
  async offer(tenantId: string): Promise<readonly Workspace[]> {
    const known = await this.list(tenantId);
    if (known.length > 0) return known;
    try {
      return [await this.create(tenantId, defaultName)];
    } catch (error) {
      // What was one before is still being removed.
      if (error instanceof WorkspaceUnusable) return [];
      throw error;
    }
  }

  /** Those that are made or could not be, those whose directory can still be opened, and those whose runner is away, oldest first. */
  async list(tenantId: string): Promise<readonly Workspace[]> {
    const records = await this.#withTenant(tenantId, readWorkspaces);
    const checked = await Promise.all(records.map((record) => this.#isThere(tenantId, record)));
    return records.filter((_, index) => checked[index]).map(workspaceOf);
  }

  /** null: there is none, or it was deleted. */
  async find(tenantId: string, id: string): Promise<Workspace | null> {
    const record = await this.#withTenant(tenantId, (sql) => readWorkspace(sql, id));
    return record === null || record.state.type === "deleted" ? null : workspaceOf(record);
  }

  /** The workspace in which a path lies; none is made for it but the default one. null: it lies in none that can be worked in. */
  async holding(tenantId: string, path: string): Promise<Workspace | null> {
    const records = await this.#withTenant(tenantId, readWorkspaces);
    const around = records
      .filter(({ state }) => state.type === "ready")
      .map(workspaceOf)
      .filter(({ root }) => componentsBelow(root, path) !== null);
    const [innermost] = around.toSorted((one, other) => other.root.length - one.root.length);
    if (innermost !== undefined) return innermost;
    if (componentsBelow(defaultRoot, path) === null) return null;
    return this.create(tenantId, defaultName).catch((error: unknown) => {
      if (error instanceof WorkspaceUnusable) return null;
      throw error;
    });
  }

  /** Why nothing can be done in it now; null when something can. */
  absenceOf({ record }: Workspace): string | null {
    return this.#runners.absenceOf(record.runner);
  }

  /**
   * An existing workspace of that name is given back. Throws `WorkspaceRefused` for a bad name, `WorkspaceUnusable` for one that is
   * still being made.
   */
  async create(tenantId: string, name: string, maker: Maker | null = null): Promise<Workspace> {
    const known = await this.#created(tenantId, name);
    const host = known === null ? this.#runners.first : this.#runners.find(known.runner);
    const paths = await host.createDirectory(await this.tenant(tenantId), name);
    return workspaceOf(known ?? (await this.#keep(tenantId, name, paths, "created", host.name, maker)));
  }

  /** Finds or opens what `cwd` lies in. null: the default workspace. Throws `WorkspaceRefused`, saying what is wrong. */
  async placeOf(tenantId: string, cwd: string | null): Promise<WorkPlace> {
    if (cwd === null) {
      const workspace = await this.create(tenantId, defaultName);
      return { ...workspace, cwd: workspace.root };
    }
    const known = await this.#around(tenantId, cwd);
    if (known !== null) return { ...known, cwd: await this.#directoryIn(tenantId, known, cwd) };
    // Before anybody looks: not even whether there is such a directory is theirs to know.
    if (!this.#mayOpen(tenantId))
      throw new WorkspaceRefused("directories of the server are not for this team; create a workspace");
    const host = this.#runners.first;
    const paths = await host.openDirectory(await this.tenant(tenantId), cwd, null);
    const record = await this.#keep(tenantId, nameOf(paths), paths, "opened", host.name);
    return { ...workspaceOf(record), cwd: paths.sandboxPath };
  }

  /** For a thread's commands. null: there is no such workspace in the tenant. Throws `WorkspaceUnusable` for a deleted one. */
  async homeOf(tenantId: string, workspaceId: string): Promise<WorkspaceHome | null> {
    const record = await this.#withTenant(tenantId, (sql) => readWorkspace(sql, workspaceId));
    if (record === null) return null;
    const { id, name, hostPath, kind, runner, state } = record;
    const unusable = unusableBecause(name, state);
    if (unusable !== null) throw new WorkspaceUnusable(unusable);
    const tenant = await this.tenant(tenantId);
    const workspace = kind === "created" ? { kind, tenant, id, name } : { kind, tenant, id, path: hostPath };
    return { runner, workspace, known: knownOf(record) };
  }

  /** Its root as commands see it. null: there is no such workspace in the tenant. */
  async rootOf(tenantId: string, workspaceId: string): Promise<string | null> {
    const record = await this.#withTenant(tenantId, (sql) => readWorkspace(sql, workspaceId));
    return record === null ? null : workspaceOf(record).root;
  }

  /** What a turn begins with should its runner be away another time. */
  async noteFacts(tenantId: string, id: string, known: EnvironmentInfo | null, now: EnvironmentInfo): Promise<void> {
    if (known?.shell === now.shell && known.isolation === now.isolation) return;
    await this.#withTenant(tenantId, (sql) => keepFacts(sql, id, now));
  }

  /** The workspace in which `cwd` lies; null: none that is known. */
  async #around(tenantId: string, cwd: string): Promise<Workspace | null> {
    const name = createdPath.exec(cwd)?.[1];
    if (name === undefined) {
      const known = await this.list(tenantId);
      return known.find(({ record, root }) => record.kind === "opened" && componentsBelow(root, cwd) !== null) ?? null;
    }
    if ((await this.#created(tenantId, name)) !== null || name === defaultName) return this.create(tenantId, name);
    throw new WorkspaceRefused(`there is no workspace named ${JSON.stringify(name)}; create it first`);
  }

  /** `cwd` as commands see it. It must exist, and no link may lead out of the workspace. */
  async #directoryIn(tenantId: string, { record, root }: Workspace, cwd: string): Promise<string> {
    const below = componentsBelow(root, cwd);
    if (below?.length === 0) return root;
    try {
      if (below === null) throw new WorkspaceRefused(`${cwd} leads out of the workspace`);
      const { hostPath, runner } = record;
      const path = [hostPath, ...below].join("/");
      const host = this.#runners.find(runner);
      return (await host.openDirectory(await this.tenant(tenantId), path, hostPath)).sandboxPath;
    } catch (error) {
      if (!(error instanceof WorkspaceRefused)) throw error;
      // The reason in full would name the host's paths, which a workspace of Skein's keeps to itself.
      if (record.kind === "opened") throw error;
      throw new WorkspaceRefused(`the workspace ${record.name} has no such directory`);
    }
  }

  async #isThere(tenantId: string, { kind, runner, name, hostPath, state }: WorkspaceRecord): Promise<boolean> {
    if (state.type !== "ready") return true;
    try {
      const [host, tenant] = [this.#runners.find(runner), await this.tenant(tenantId)];
      await (kind === "created" ? host.createDirectory(tenant, name) : host.openDirectory(tenant, hostPath, null));
      return true;
    } catch (error) {
      return error instanceof RunnerAbsent;
    }
  }

  async #created(tenantId: string, name: string): Promise<WorkspaceRecord | null> {
    const records = (await this.#withTenant(tenantId, readWorkspaces)).filter(
      (record) => record.kind === "created" && record.name === name && record.state.type !== "failed",
    );
    const [record] = records;
    if (record === undefined) return null;
    const unusable = unusableBecause(name, record.state);
    if (unusable !== null) throw new WorkspaceUnusable(unusable);
    return record;
  }

  /** As runners have to be told of a tenant. */
  async tenant(id: string): Promise<TenantPlace> {
    const known = this.#tenants.get(id);
    if (known !== undefined) return known;
    const place = { id, index: await this.#withTenant(id, readTenantIndex) };
    this.#tenants.set(id, place);
    return place;
  }

  #keep(
    tenantId: string,
    name: string,
    { hostPath }: WorkspacePaths,
    kind: WorkspaceRecord["kind"],
    runner: string,
    maker: Maker | null = null,
  ): Promise<WorkspaceRecord> {
    const workspace = { name, hostPath, kind, runner, createdBy: maker?.userId ?? null };
    return this.#withTenant(tenantId, (sql) => keepWorkspace(sql, workspace, maker?.by ?? null));
  }
}

export function workspaceOf(record: WorkspaceRecord): Workspace {
  return { record, root: record.kind === "created" ? `/workspaces/${record.name}` : record.hostPath };
}

/** Without a sandbox a directory has no other name than its own. */
function knownOf(record: WorkspaceRecord): EnvironmentInfo | null {
  const { shell, isolation } = record;
  if (shell === null || isolation === null) return null;
  return { root: isolation === "none" ? record.hostPath : workspaceOf(record).root, shell, isolation };
}

function nameOf({ hostPath }: WorkspacePaths): string {
  return hostPath.split("/").at(-1) ?? hostPath;
}
