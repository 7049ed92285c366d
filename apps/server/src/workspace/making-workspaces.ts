/**
 * Makes workspaces whose files come from elsewhere. The row comes first and says how far it is, so that every node and whoever
 * connects later knows; what fails leaves a word in the row and no file. A maker that dies is noticed by its row's time.
 */
import { EnvironmentFailure } from "@skein/core/ports";
import { type HostEnvironment, RunnerAbsent } from "@skein/executor/host/runner-host";
import { TreeRefused } from "@skein/executor/tree/ask-tree";
import type { DiskLimits, DiskUse } from "@skein/executor/tree/disk-use";
import { WorkspaceRefused } from "@skein/executor/workspace/open-directory";
import type { AuditBy } from "../audit/actor.ts";
import type { WorkspaceQuota } from "../config-workspaces.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import type { Principal } from "../identity/principal.ts";
import { decideRoom } from "./decide-room.ts";
import { failMaking, finishMaking, noRoomLeft, noteProgress, reserveWorkspace } from "./making-records.ts";
import type { Removals } from "./removals.ts";
import type { Runners } from "./runners.ts";
import { openWorkEnvironment } from "./work-environment.ts";
import { readUsedBytes, type WorkspaceRecord } from "./workspace-records.ts";
import type { WorkspaceProgress, WorkspaceSource } from "./workspace-state.ts";
import type { Workspaces } from "./workspaces.ts";

export interface MakingPorts {
  readonly withTenant: WithTenant;
  readonly runners: Runners;
  readonly workspaces: Pick<Workspaces, "tenant">;
  readonly removals: Pick<Removals, "remove">;
  readonly quota: WorkspaceQuota;
  changed(tenantId: string, record: WorkspaceRecord): void;
  report(problem: string, details: object): void;
}

/** What came of the wish to make one. */
export type Reservation =
  | { readonly type: "reserved"; readonly record: WorkspaceRecord; readonly room: DiskLimits }
  | { readonly type: "exists" }
  | { readonly type: "noRoom"; readonly usedBytes: number };

/** For whoever brings the files. */
export interface Filling {
  readonly environment: HostEnvironment;
  readonly room: DiskLimits;
  /** Aborted when nobody wants the workspace any more. */
  readonly signal: AbortSignal;
  progress(progress: WorkspaceProgress): void;
}

/** The files do not come; the message is for the person who asked. */
export class FillingFailed extends Error {
  override readonly name = "FillingFailed";
}

/** Whoever has not said for so long how far it is, is gone. */
const validForMs = 60_000;
const noteEveryMs = 1_000;

export class MakingWorkspaces {
  readonly #ports: MakingPorts;
  readonly #running = new Map<Promise<unknown>, AbortController>();

  constructor(ports: MakingPorts) {
    this.#ports = ports;
  }

  get quota(): WorkspaceQuota {
    return this.#ports.quota;
  }

  /** Rejects with `WorkspaceRefused` for a bad name and with `RunnerAbsent`. */
  async reserve(
    { tenantId, userId }: Principal,
    by: AuditBy,
    name: string,
    source: WorkspaceSource,
  ): Promise<Reservation> {
    const { withTenant, runners, workspaces, quota, changed } = this.#ports;
    const usedBytes = await withTenant(tenantId, (sql) => readUsedBytes(sql));
    const room = decideRoom(quota, usedBytes);
    if (room === null) return { type: "noRoom", usedBytes };
    const host = runners.first;
    const { hostPath } = await host.createDirectory(await workspaces.tenant(tenantId), name);
    const making = { name, hostPath, runner: host.name, createdBy: userId, source };
    const record = await withTenant(tenantId, (sql) => reserveWorkspace(sql, making, validForMs, by));
    if (record === null) return { type: "exists" };
    changed(tenantId, record);
    return { type: "reserved", record, room };
  }

  /** Goes on until the workspace is ready or has failed, also when nobody waits. Never rejects; null: it was deleted or lost. */
  make(
    tenantId: string,
    { record, room }: Extract<Reservation, { type: "reserved" }>,
    fill: (filling: Filling) => Promise<DiskUse>,
  ): Promise<WorkspaceRecord | null> {
    const control = new AbortController();
    const running = this.#make(tenantId, record, room, control, fill)
      .catch((err: unknown) => {
        this.#ports.report("a workspace that was being made was lost", { err, id: record.id });
        return null;
      })
      .finally(() => this.#running.delete(running));
    this.#running.set(running, control);
    return running;
  }

  /** Ends what is under way as failed; resolves when that is written. */
  async stop(): Promise<void> {
    for (const control of this.#running.values())
      control.abort(new FillingFailed("the server was stopped; begin again"));
    await Promise.all(this.#running.keys());
  }

  async #make(
    tenantId: string,
    record: WorkspaceRecord,
    room: DiskLimits,
    control: AbortController,
    fill: (filling: Filling) => Promise<DiskUse>,
  ): Promise<WorkspaceRecord | null> {
    const { withTenant, changed, removals, quota } = this.#ports;
    const { id } = record;
    const notes = this.#notes(tenantId, id, control);
    let outcome: DiskUse | string;
    try {
      outcome = await this.#fill(tenantId, record, fill, { room, signal: control.signal, progress: notes.take });
    } catch (error) {
      outcome = this.#describe(control.signal.aborted ? control.signal.reason : error, id);
    } finally {
      await notes.stop();
    }
    const written = await withTenant(tenantId, (sql) =>
      typeof outcome === "string" ? failMaking(sql, id, outcome) : finishMaking(sql, id, outcome, quota.tenantMaxBytes),
    );
    // null: it was deleted meanwhile, and whoever deleted it has said so.
    if (written !== null) changed(tenantId, written);
    if (written?.state.type !== "ready") await removals.remove(tenantId, id);
    return written;
  }

  async #fill(
    tenantId: string,
    { id, name, runner }: WorkspaceRecord,
    fill: (filling: Filling) => Promise<DiskUse>,
    rest: Omit<Filling, "environment">,
  ): Promise<DiskUse> {
    const { runners, workspaces } = this.#ports;
    const tenant = await workspaces.tenant(tenantId);
    const ref = { kind: "created", tenant, id, name } as const;
    const { environment, close } = await openWorkEnvironment(runners.find(runner), ref, rest.signal);
    try {
      const use = await fill({ environment, ...rest });
      rest.signal.throwIfAborted();
      return use;
    } finally {
      await close();
    }
  }

  /** Writes down how far it is, and that its maker lives. */
  #notes(tenantId: string, id: string, control: AbortController) {
    const { withTenant, changed, report, quota } = this.#ports;
    const terms = { validForMs, tenantMaxBytes: quota.tenantMaxBytes };
    let latest: WorkspaceProgress | null = null;
    let writing: Promise<void> = Promise.resolve();
    const write = async () => {
      try {
        const noted = await withTenant(tenantId, (sql) => noteProgress(sql, id, latest, terms));
        if (noted === null) control.abort(new FillingFailed("the workspace was deleted"));
        else changed(tenantId, noted.record);
        if (noted?.type === "tooMuch") control.abort(new FillingFailed(noRoomLeft));
      } catch (err) {
        // The next one may succeed; when none does for long, others take the maker for dead.
        report("how far a workspace is could not be written", { err, id });
      }
    };
    const timer = setInterval(() => {
      writing = writing.then(write);
    }, noteEveryMs);
    return {
      take: (progress: WorkspaceProgress) => {
        latest = progress;
      },
      stop: () => {
        clearInterval(timer);
        return writing;
      },
    };
  }

  #describe(reason: unknown, id: string): string {
    const isSaid =
      reason instanceof FillingFailed ||
      reason instanceof TreeRefused ||
      reason instanceof WorkspaceRefused ||
      reason instanceof RunnerAbsent ||
      reason instanceof EnvironmentFailure;
    if (isSaid) return reason.message;
    this.#ports.report("a workspace could not be made", { err: reason, id });
    return "the server failed; its log says why";
  }
}
