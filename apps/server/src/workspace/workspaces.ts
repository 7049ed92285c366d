/**
 * Where threads work. Workspaces that Skein creates lie in the data directory and are called `/workspaces/<name>`;
 * existing directories keep their path and are checked anew every time they are opened, because they can change.
 */
import { createWorkspaceDirectory } from "@skein/executor/workspace/create-directory";
import type { WorkspaceRules } from "@skein/executor/workspace/decide-refusal";
import { openWorkspaceDirectory, WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import { deriveTenantOwner } from "@skein/executor/workspace/tenant-owner";
import { componentsInside, type WorkspaceDirectory } from "@skein/executor/workspace/workspace";
import type { WithTenant } from "../database/with-tenant.ts";
import { keepWorkspace, readWorkspace, readWorkspaces, type WorkspaceRecord } from "./workspace-records.ts";

export interface WorkspacesOptions {
  readonly withTenant: WithTenant;
  readonly rules: Omit<WorkspaceRules, "tenantId">;
}

export interface Workspace {
  readonly record: WorkspaceRecord;
  readonly directory: WorkspaceDirectory;
}

/** A workspace, and the directory in it where a thread starts. */
export interface WorkPlace extends Workspace {
  readonly cwd: string;
}

/** For a thread that names no directory, as the stock terminal client's do. */
const defaultName = "main";
/** The local tenant is the only one. */
const localTenantIndex = 0;
const createdPath = /^\/workspaces\/([^/]+)/;

export class Workspaces {
  readonly #options: WorkspacesOptions;

  constructor(options: WorkspacesOptions) {
    this.#options = options;
  }

  /** As `list`, but never empty: a newcomer finds the default workspace. */
  async offer(tenantId: string): Promise<readonly Workspace[]> {
    const known = await this.list(tenantId);
    return known.length > 0 ? known : [await this.create(tenantId, defaultName)];
  }

  /** Those whose directory can still be opened, oldest first. */
  async list(tenantId: string): Promise<readonly Workspace[]> {
    const records = await this.#options.withTenant(tenantId, readWorkspaces);
    return records.flatMap((record) => this.#tryOpen(tenantId, record) ?? []);
  }

  /** Throws `WorkspaceRefused` for a bad name; an existing workspace of that name is given back. */
  async create(tenantId: string, name: string): Promise<Workspace> {
    const directory = this.#make(tenantId, name);
    const record = await this.#keep(tenantId, name, directory, "created");
    return { record, directory: { ...directory, id: record.id } };
  }

  /** Finds or opens what `cwd` lies in. null: the default workspace. Throws `WorkspaceRefused`, saying what is wrong. */
  async placeOf(tenantId: string, cwd: string | null): Promise<WorkPlace> {
    if (cwd === null) {
      const workspace = await this.create(tenantId, defaultName);
      return { ...workspace, cwd: workspace.directory.sandboxPath };
    }
    const known = await this.#around(tenantId, cwd);
    if (known !== null) return { ...known, cwd: this.#directoryIn(tenantId, known, cwd) };
    const directory = this.#open(tenantId, "", cwd);
    const record = await this.#keep(tenantId, nameOf(directory), directory, "opened");
    return { record, directory: { ...directory, id: record.id }, cwd: directory.sandboxPath };
  }

  /** The workspace in which `cwd` lies; null: none that is known. */
  async #around(tenantId: string, cwd: string): Promise<Workspace | null> {
    const name = createdPath.exec(cwd)?.[1];
    if (name === undefined) {
      return (await this.list(tenantId)).find(({ directory }) => componentsInside(directory, cwd) !== null) ?? null;
    }
    const records = await this.#options.withTenant(tenantId, readWorkspaces);
    const record = records.find((candidate) => candidate.kind === "created" && candidate.name === name);
    if (record !== undefined) return { record, directory: this.#directoryOf(tenantId, record) };
    if (name === defaultName) return this.create(tenantId, name);
    throw new WorkspaceRefused(`there is no workspace named ${JSON.stringify(name)}; create it first`);
  }

  /** `cwd` as commands see it. It must exist, and no link may lead out of the workspace. */
  #directoryIn(tenantId: string, { record, directory }: Workspace, cwd: string): string {
    const below = componentsInside(directory, cwd);
    if (below?.length === 0) return directory.sandboxPath;
    try {
      if (below === null) throw new WorkspaceRefused(`${cwd} leads out of the workspace`);
      const rules = { ...this.#options.rules, roots: [directory.hostPath], tenantId };
      return openWorkspaceDirectory(record.id, [directory.hostPath, ...below].join("/"), rules).sandboxPath;
    } catch (error) {
      if (!(error instanceof WorkspaceRefused)) throw error;
      // The reason in full would name the host's paths, which a workspace of Skein's keeps to itself.
      if (record.kind === "opened") throw error;
      throw new WorkspaceRefused(`the workspace ${record.name} has no such directory`);
    }
  }

  /** For a thread's commands. Throws `WorkspaceRefused` when the directory may not be used any more. null: unknown. */
  async open(tenantId: string, workspaceId: string): Promise<Workspace | null> {
    const record = await this.#options.withTenant(tenantId, (sql) => readWorkspace(sql, workspaceId));
    if (record === null) return null;
    return { record, directory: this.#directoryOf(tenantId, record) };
  }

  #tryOpen(tenantId: string, record: WorkspaceRecord): Workspace | null {
    try {
      return { record, directory: this.#directoryOf(tenantId, record) };
    } catch {
      return null;
    }
  }

  #directoryOf(tenantId: string, record: WorkspaceRecord): WorkspaceDirectory {
    if (record.kind === "created") return { ...this.#make(tenantId, record.name), id: record.id };
    return this.#open(tenantId, record.id, record.hostPath);
  }

  #make(tenantId: string, name: string): WorkspaceDirectory {
    const { dataDirectory } = this.#options.rules;
    return createWorkspaceDirectory({
      id: "",
      name,
      tenantId,
      dataDirectory,
      owner: deriveTenantOwner(localTenantIndex),
    });
  }

  #open(tenantId: string, id: string, path: string): WorkspaceDirectory {
    return openWorkspaceDirectory(id, path, { ...this.#options.rules, tenantId });
  }

  #keep(tenantId: string, name: string, { hostPath }: WorkspaceDirectory, kind: WorkspaceRecord["kind"]) {
    return this.#options.withTenant(tenantId, (sql) => keepWorkspace(sql, { name, hostPath, kind }));
  }
}

function nameOf({ hostPath }: WorkspaceDirectory): string {
  return hostPath.split("/").at(-1) ?? hostPath;
}
