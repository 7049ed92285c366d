/** What everything else stands on. */
import { realpath } from "node:fs/promises";
import type { EgressRules } from "@skein/executor/egress/resolve-target";
import { createSystemRules } from "@skein/executor/egress/system-rules";
import type { FastifyBaseLogger } from "fastify";
import { AuditBuffer } from "./audit/audit-buffer.ts";
import type { Bus } from "./bus/bus.ts";
import { NodeCalls } from "./bus/node-calls.ts";
import { openBus } from "./bus/open-bus.ts";
import { type Subjects, subjectsOf } from "./bus/subjects.ts";
import type { Config } from "./config.ts";
import { type Database, openDatabase } from "./database/database.ts";
import type { DatabaseTarget } from "./database/pools.ts";
import { createGuardedFetch } from "./egress/guarded-fetch.ts";
import type { LeaseTerms } from "./lease/leases.ts";
import { type NodePresence, registerNode } from "./lease/node-presence.ts";
import type { Append, AppendedRange } from "./log/append.ts";
import { compactChunksJob } from "./maintenance/compact-chunks.ts";
import { forgetCommands } from "./maintenance/forget-commands.ts";
import { forgetSignInAttempts } from "./maintenance/forget-sign-in-attempts.ts";
import { Maintenance, type MaintenanceJob } from "./maintenance/maintenance.ts";
import { settleLostCallsJob } from "./maintenance/settle-lost-calls.ts";
import { sweepBlobsJob } from "./maintenance/sweep-blobs.ts";
import { nodeIdentity } from "./node-identity.ts";
import { systemClock } from "./system-clock.ts";
import type { Undo } from "./undo.ts";
import { openRunners } from "./workspace/open-runners.ts";
import type { Runners } from "./workspace/runners.ts";

export interface Foundation {
  readonly database: Database;
  readonly runners: Runners;
  readonly dataDirectory: string;
  /** For addresses that tenants choose. */
  readonly guardedFetch: typeof fetch;
  readonly egressRules: EgressRules;
  readonly terms: LeaseTerms;
  readonly presence: NodePresence;
  readonly bus: Bus;
  readonly subjects: Subjects;
  /** Answered until the last thread is handed over: what runs for so long may still be interrupted. */
  readonly calls: NodeCalls;
  /** For what has no transaction of its own. */
  readonly audit: AuditBuffer;
  readonly log: FastifyBaseLogger;
}

/** What a test puts in the place of a part that the configuration names. */
export interface Substitutes {
  readonly database?: DatabaseTarget;
  readonly bus?: Bus;
  /** Is given every append to the log and carries it out by `commit`. */
  readonly aroundAppend?: (append: Append, commit: () => Promise<AppendedRange>) => Promise<AppendedRange>;
}

/** The database, the runners, this node's name among the others and the bus. `failed`: the process must end, and why. */
export async function openFoundation(
  config: Config,
  log: FastifyBaseLogger,
  substitutes: Substitutes,
  failed: (reason: string) => void,
  undo: Undo,
): Promise<Foundation> {
  const database = await openDatabase({ ...config, target: substitutes.database ?? null });
  undo.push(() => database.close());
  const audit = openAuditBuffer(database, log);
  undo.push(() => audit.close());
  const maintenance = new Maintenance(maintenanceJobs(config, database), {
    clock: systemClock,
    failed: (job, err) => log.error({ job, err }, "a maintenance job failed; it is tried again at its next time"),
  });
  undo.push(() => maintenance.stop());
  const dataDirectory = await realpath(config.dataDirectory);
  const runners = await openRunnersOf(config, database, dataDirectory, log);
  undo.push(() => runners.closeAll());
  const egressRules = createSystemRules(config.internalHosts);
  // Turns give up by themselves, and before.
  const guarded = createGuardedFetch(egressRules, (config.modelPatienceSeconds + 10) * 1000);
  undo.push(() => guarded.close());
  const { nodeId, home } = await nodeIdentity(dataDirectory, config.nodeId);
  const terms = { log: database.log, nodeId, leaseSeconds: config.leaseSeconds };
  const presence = await registerNode(
    terms,
    { home, runners: runners.names },
    { replaced: () => failed(`another process has become the node ${nodeId}`) },
  );
  undo.push(() => presence.leave());
  const bus = substitutes.bus ?? openBus(config.nats, nodeId, log);
  undo.push(() => bus.close());
  const subjects = subjectsOf(database.incarnation);
  const calls = new NodeCalls(bus, subjects, nodeId);
  undo.push(() => calls.stop());
  const guardedFetch = guarded.fetch;
  return {
    database,
    runners,
    dataDirectory,
    guardedFetch,
    egressRules,
    terms,
    presence,
    bus,
    subjects,
    calls,
    audit,
    log,
  };
}

function openAuditBuffer({ app, withTenant }: Database, log: FastifyBaseLogger): AuditBuffer {
  return new AuditBuffer({
    withTenant,
    recordRefusedSignIns: (lines) => app`select record_refused_sign_ins(${lines}::text::json)`,
    failed: (err, waiting) => log.warn({ err, waiting }, "lines of the audit log could not be written yet"),
  });
}

function maintenanceJobs({ compactAfterSeconds }: Config, { log }: Database): readonly MaintenanceJob[] {
  return [
    forgetCommands(log),
    forgetSignInAttempts(log),
    compactChunksJob(log, compactAfterSeconds),
    sweepBlobsJob(log),
    settleLostCallsJob(log),
  ];
}

function openRunnersOf(
  config: Config,
  { log: skeinLog, socketDirectory, serviceUid }: Database,
  dataDirectory: string,
  log: FastifyBaseLogger,
): Promise<Runners> {
  const privatePaths = [socketDirectory, config.runnerTokenFile].filter((path) => path !== null);
  const reservedUids = serviceUid === null ? [] : [serviceUid];
  return openRunners({
    ...config,
    rules: { dataDirectory, roots: config.workspaceRoots, privatePaths, reservedUids },
    adopt: (runner) => skeinLog`select adopt_local_workspaces(${runner})`,
    warn: (problem) => log.warn(problem),
  });
}
