/**
 * What one client does in workspaces without a thread. Each workspace that it works in gets an environment of the connection's own, made by
 * its first use and ended with the connection: nobody else sees its processes or its temporary files.
 */
import { FileFailure } from "@skein/core/ports";
import type { HostEnvironment } from "@skein/executor/host/runner-host";
import { componentsBelow } from "@skein/executor/workspace/workspace";
import { openWorkEnvironment, type WorkEnvironment } from "../workspace/work-environment.ts";
import { WorkspaceUnusable } from "../workspace/workspace-state.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import type { ErrandClient } from "./errand-client.ts";
import { TooManyErrands } from "./errand-failure.ts";
import { ErrandProcesses } from "./errand-processes.ts";
import { ErrandSearches } from "./errand-searches.ts";
import { ErrandWatches } from "./errand-watches.ts";
import type { ErrandPorts } from "./errands.ts";

/** Where an errand is done. */
export interface ErrandPlace {
  readonly workspaceId: string;
  readonly environment: HostEnvironment;
  /** As commands see it, resolved in text. */
  readonly path: string;
}

interface Opened {
  readonly opening: Promise<WorkEnvironment>;
  uses: number;
}

/** Workspaces of one connection at once. Of those in which nothing is done the one that was used longest ago makes room. */
const maxEnvironments = 8;
/** Of file operations of one connection, each of which may hold a file in memory. */
const maxAtOnce = 4;

export class ConnectionErrands {
  readonly client: ErrandClient;
  readonly processes: ErrandProcesses;
  readonly searches: ErrandSearches;
  readonly watches: ErrandWatches;
  readonly #ports: ErrandPorts;
  /** Called when an environment begins, which may be refused, and gives what is called at its end. */
  readonly #admit: () => () => void;
  /** By workspace, in the order of their last use. */
  readonly #opened = new Map<string, Opened>();
  #atOnce = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(client: ErrandClient, ports: ErrandPorts, admit: () => () => void) {
    this.client = client;
    this.#ports = ports;
    this.#admit = admit;
    this.processes = new ErrandProcesses(this, ports);
    this.searches = new ErrandSearches(this);
    this.watches = new ErrandWatches(this);
  }

  /**
   * Works where an absolute path lies; the environment stays as long as the work takes. Rejects with `FileFailure` (ENOENT) for a path that
   * lies in no workspace of the tenant's, and with what the work rejects with.
   */
  async use<T>(path: string, work: (place: ErrandPlace) => Promise<T>): Promise<T> {
    const { tenantId } = this.client.principal;
    const workspace = await this.#ports.workspaces.holding(tenantId, path);
    const components = workspace === null ? null : componentsBelow(workspace.root, path);
    if (workspace === null || components === null) throw noSuchFile(path);
    const opened = this.#open(workspace);
    opened.uses++;
    try {
      const { environment } = await opened.opening;
      const inside = [environment.info.root, ...components].join("/");
      return await work({ workspaceId: workspace.record.id, environment, path: inside });
    } finally {
      opened.uses--;
    }
  }

  /** As `use`, for what takes a moment: a few at a time. */
  async useBriefly<T>(path: string, work: (place: ErrandPlace) => Promise<T>): Promise<T> {
    if (this.#atOnce >= maxAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#atOnce++;
    try {
      return await this.use(path, work);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#atOnce--;
      else next();
    }
  }

  /** Ends all that runs. */
  async close(): Promise<void> {
    this.searches.close();
    this.watches.close();
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.all(opened.map(end));
  }

  #open(workspace: Workspace): Opened {
    const { id } = workspace.record;
    const known = this.#opened.get(id);
    if (known !== undefined) {
      this.#opened.delete(id);
      this.#opened.set(id, known);
      return known;
    }
    if (this.client.gone.aborted) throw new WorkspaceUnusable("the connection is closed");
    if (this.#opened.size >= maxEnvironments) this.#makeRoom();
    const opened = { opening: this.#begin(id), uses: 0 };
    this.#opened.set(id, opened);
    opened.opening.catch(() => this.#opened.get(id) === opened && this.#opened.delete(id));
    return opened;
  }

  async #begin(workspaceId: string): Promise<WorkEnvironment> {
    const ended = this.#admit();
    try {
      const { tenantId } = this.client.principal;
      const home = await this.#ports.workspaces.homeOf(tenantId, workspaceId);
      if (home === null) throw new WorkspaceUnusable("the workspace is gone");
      const host = this.#ports.runners.find(home.runner);
      const { environment, close } = await openWorkEnvironment(host, home.workspace, this.client.gone);
      return { environment, close: () => close().finally(ended) };
    } catch (error) {
      ended();
      throw error;
    }
  }

  #makeRoom(): void {
    const idle = [...this.#opened].find(([, { uses }]) => uses === 0);
    if (idle === undefined) {
      throw new TooManyErrands(`work is under way in ${maxEnvironments} workspaces over this connection already`);
    }
    const [id, opened] = idle;
    this.#opened.delete(id);
    void end(opened);
  }
}

async function end({ opening }: Opened): Promise<void> {
  const opened = await opening.catch(() => null);
  await opened?.close();
}

export function noSuchFile(path: string): FileFailure {
  return new FileFailure("ENOENT", `${path}: no such file or directory`);
}
