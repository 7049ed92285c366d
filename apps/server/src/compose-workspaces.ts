/** What makes, measures and removes workspaces, beside the threads that work in them. */
import type { Foundation } from "./compose-foundation.ts";
import type { Threads } from "./compose-threads.ts";
import type { Config } from "./config.ts";
import { beginCommand, type CommandRecords } from "./errand/begin-command.ts";
import { Errands } from "./errand/errands.ts";
import { Maintenance } from "./maintenance/maintenance.ts";
import { presentRecord } from "./methods/present-workspace.ts";
import { systemClock } from "./system-clock.ts";
import type { Undo } from "./undo.ts";
import { MakingWorkspaces } from "./workspace/making-workspaces.ts";
import { Measurements } from "./workspace/measurements.ts";
import { Removals } from "./workspace/removals.ts";
import { Worktrees } from "./workspace/worktrees.ts";

export interface WorkspaceWork {
  readonly making: MakingWorkspaces;
  readonly measurements: Measurements;
  readonly removals: Removals;
  readonly worktrees: Worktrees;
  readonly errands: Errands;
}

export function openWorkspaceWork(
  { workspaceQuota }: Config,
  { database, runners, audit, log }: Foundation,
  { workspaces, subscriptions }: Threads,
  undo: Undo,
): WorkspaceWork {
  const report = (problem: string, details: object) => log.error(details, problem);
  const ports = { withTenant: database.withTenant, log: database.log, runners, workspaces, report };
  const removals = new Removals(ports);
  const measurements = new Measurements(ports);
  const worktrees = new Worktrees(ports);
  undo.push(() => worktrees.stop());
  const making = new MakingWorkspaces({
    ...ports,
    removals,
    quota: workspaceQuota,
    changed: (tenantId, record) => {
      const workspace = presentRecord(record, runners.absenceOf(record.runner));
      subscriptions.announceToAll(tenantId, workspace.id, "skein/workspace/changed", { workspace });
    },
  });
  undo.push(() => making.stop());
  const maintenance = new Maintenance([removals.sweepJob(), measurements.job()], {
    clock: systemClock,
    failed: (job, err) => log.error({ job, err }, "a maintenance job failed; it is tried again at its next time"),
  });
  undo.push(() => maintenance.stop());
  const records: CommandRecords = {
    withTenant: database.withTenant,
    decided: (tenantId, by, line) => audit.offer(tenantId, by, line),
  };
  const errands = new Errands({
    ...{ workspaces, runners },
    begin: (client, workspaceId, command) => beginCommand(records, client, workspaceId, command),
  });
  undo.push(() => errands.stop());
  return { making, measurements, removals, worktrees, errands };
}
