/** What owns threads on this node and tells others of them. */
import { createProcessRegistry } from "@skein/core/tools/command/processes";
import { defaultTools } from "@skein/core/tools/default-tools";
import type { FastifyBaseLogger } from "fastify";
import { bySystem } from "./audit/actor.ts";
import { type Credentials, openCredentials } from "./compose-credentials.ts";
import type { Foundation, Substitutes } from "./compose-foundation.ts";
import { openUsage, type Usage } from "./compose-usage.ts";
import type { Config } from "./config.ts";
import type { Database } from "./database/database.ts";
import { openTenantNetwork } from "./egress/tenant-network.ts";
import { Metrics } from "./http/metrics-routes.ts";
import type { LocalUser } from "./identity/local-user.ts";
import { AbandonedThreads } from "./lease/abandoned-threads.ts";
import { LeaseKeeper } from "./lease/lease-keeper.ts";
import { findCommand } from "./log/commands.ts";
import { EventLog } from "./log/event-log.ts";
import { readHeads } from "./log/heads.ts";
import { readMemberRights } from "./log/thread-access.ts";
import { writeSnapshot } from "./log/write-snapshot.ts";
import type { AskingTurn, Models } from "./model/models.ts";
import { systemPresenceClock } from "./presence/presence-clock.ts";
import { Presences } from "./presence/presences.ts";
import { elsewhereOver } from "./subscription/elsewhere.ts";
import { FollowersElsewhere } from "./subscription/followers-elsewhere.ts";
import { HeadCheck } from "./subscription/head-check.ts";
import { Subscriptions } from "./subscription/subscriptions.ts";
import { systemClock, timeOrderedIds } from "./system-clock.ts";
import { guardEnvironment } from "./thread/guard-environment.ts";
import { leaseOwnership } from "./thread/lease-ownership.ts";
import { environmentOpener } from "./thread/open-environment.ts";
import { snapshotVersion } from "./thread/owner-snapshot.ts";
import { ThreadDirectory } from "./thread/thread-directory.ts";
import type { ThreadHost } from "./thread/thread-host.ts";
import { type ManagerPorts, ThreadManager } from "./thread/thread-manager.ts";
import { viewedLog, viewSource } from "./thread/view-source.ts";
import type { Undo } from "./undo.ts";
import { Workspaces } from "./workspace/workspaces.ts";

export interface Threads extends Credentials {
  readonly workspaces: Workspaces;
  readonly subscriptions: Subscriptions;
  readonly presences: Presences;
  readonly directory: ThreadDirectory;
  readonly manager: ThreadManager;
  readonly keeper: LeaseKeeper;
  readonly abandoned: AbandonedThreads;
  readonly metrics: Metrics;
  readonly usage: Usage;
}

export async function openThreads(
  config: Config,
  foundation: Foundation,
  { aroundAppend = (_, commit) => commit() }: Substitutes,
  localUser: LocalUser,
  undo: Undo,
): Promise<Threads> {
  const { database, runners, terms, presence, bus, subjects, log } = foundation;
  const credentials = await openCredentials(config, foundation);
  const { models } = credentials;
  const workspaces = new Workspaces(
    database.withTenant,
    runners,
    // What lies on the machine is its operator's.
    (tenantId) => !config.accounts || tenantId === localUser.tenantId,
  );
  const directory = new ThreadDirectory({
    ...terms,
    runners: runners.names,
    withTenant: database.withTenant,
    made: (threadId, atMs) => keeper.proved(threadId, atMs),
  });
  const metrics = new Metrics();
  const eventLog = openLog(database, metrics, log);
  undo.push(() => eventLog.close());
  const report = (problem: string, details: object) => log.error(details, problem);
  const unwatched = (threadId: string) => manager.considerUnloading(threadId);
  const subscriptions = openSubscriptions(foundation, directory, unwatched, report, undo);
  const followers = new FollowersElsewhere({
    ...{ bus, subjects, nodeId: terms.nodeId },
    liveNodes: () => presence.live.map(({ id }) => id),
    isFollowedHere: (threadId) => subscriptions.remembers(threadId),
  });
  undo.push(() => followers.stop());
  const presences = new Presences({ bus, subjects, nodeId: terms.nodeId, clock: systemPresenceClock, report });
  undo.push(() => presences.stop());
  const usage = await openUsage(config, foundation, metrics, subscriptions, undo);
  const manager = new ThreadManager({
    nodeId: terms.nodeId,
    log: { append: (append) => aroundAppend(append, () => eventLog.append(append)) },
    ownership: leaseOwnership(terms, () => keeper),
    subscriptions,
    clock: systemClock,
    exists: async (thread) => (await directory.find(thread)) !== null,
    readOwned: (thread) => directory.owned(thread),
    hostPorts: hostPorts(config, foundation, models, workspaces, usage, {
      holds: (threadId) => keeper.holds(threadId),
      turnOf: (threadId) => askingTurn(manager.loadedHost(threadId)),
    }),
    writeSnapshot: (threadId, fence, snapshot) =>
      writeSnapshot(database.log, { threadId, fence, version: snapshotVersion, ...snapshot }),
    isFollowedElsewhere: (threadId) => followers.mayFollow(threadId),
    deleteThread: (thread) => directory.delete(thread, bySystem),
    leftAtWork: () => abandoned.call(),
    closeEnvironment: (threadId) => runners.close(threadId),
    report,
  });
  runners.whenReached((runner) => manager.runnerReached(runner));
  const keeper: LeaseKeeper = new LeaseKeeper(terms, {
    held: () => manager.held(),
    lost: (threadIds) => manager.lost(threadIds),
    renewed: (threadId, validForMs) => runners.renewLease(threadId, validForMs),
  });
  undo.push(() => keeper.stop());
  // Before the keeper stops: leases are needed until the last thread is handed over.
  undo.push(() => manager.stop(config.stopGraceSeconds * 1000));
  // Before the first thread is handed over, which another node would leave to this one otherwise.
  undo.push(() => presence.withdrawRunners());
  const abandoned: AbandonedThreads = new AbandonedThreads(terms, runners.names, {
    ...{ bus, subjects },
    held: () => manager.held().map(({ threadId }) => threadId),
    load: (thread) => manager.host(thread),
    giveAway: (threadId) => manager.giveAway(threadId),
    report,
  });
  undo.push(() => abandoned.stop());
  await abandoned.start();
  return {
    ...credentials,
    workspaces,
    subscriptions,
    presences,
    directory,
    manager,
    keeper,
    abandoned,
    metrics,
    usage,
  };
}

function openSubscriptions(
  { database, bus, subjects }: Foundation,
  directory: ThreadDirectory,
  unwatched: (threadId: string) => void,
  report: (problem: string, details: object) => void,
  undo: Undo,
): Subscriptions {
  const subscriptions = new Subscriptions({
    incarnation: database.incarnation,
    sourceOf: (thread, terms) => {
      const log = viewedLog(directory, thread);
      return terms === null ? log : viewSource(log, terms);
    },
    onUnwatched: ({ threadId }) => unwatched(threadId),
    elsewhere: elsewhereOver(bus, subjects, report),
    guestsOf: (thread) => directory.guests(thread),
    report,
  });
  undo.push(() => subscriptions.close());
  const headCheck = new HeadCheck({ subscriptions, readHeads: (threadIds) => readHeads(database.log, threadIds) });
  undo.push(() => headCheck.stop());
  return subscriptions;
}

function openLog({ log: skeinLog, availability }: Database, metrics: Metrics, log: FastifyBaseLogger): EventLog {
  return new EventLog(skeinLog, {
    onCommit: (commit) => {
      metrics.committed(commit);
      availability.stored();
    },
    onFailure: (failure, err) => {
      availability.failed(failure);
      log.warn({ err, failure }, "a group commit failed");
    },
  });
}

interface HeldThreads {
  /** Whether this node may write to the thread, and start commands for it. */
  holds(threadId: string): boolean;
  turnOf(threadId: string): AskingTurn | null;
}

function askingTurn(host: ThreadHost | null): AskingTurn | null {
  const turn = host?.journal.state.openTurn ?? null;
  return turn === null ? null : { turnId: turn.turnId, actor: turn.actor };
}

/** What a thread's host acts by. */
function hostPorts(
  { modelPatienceSeconds }: Config,
  { runners, database, audit, log }: Foundation,
  models: Models,
  workspaces: Workspaces,
  usage: Usage,
  { holds, turnOf }: HeldThreads,
): ManagerPorts["hostPorts"] {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const openEnvironment = environmentOpener(runners, workspaces);
  return (thread, { workspaceId, createdBy }, fence) => ({
    model: models.modelFor(thread, () => turnOf(thread.threadId)),
    modelInfo: (slug) => models.modelInfo(slug),
    clock: systemClock,
    ids: timeOrderedIds,
    tools: defaultTools,
    processes: createProcessRegistry(),
    timeZone,
    streamIdleMs: modelPatienceSeconds * 1000,
    network: openTenantNetwork(database.withTenant, thread, (line) => audit.offer(thread.tenantId, bySystem, line)),
    openEnvironment: async (settings, waiting) => {
      const environment = await openEnvironment(thread, workspaceId, fence, settings, waiting);
      return environment === null ? null : guardEnvironment(environment, () => holds(thread.threadId));
    },
    openGate: (tellPlace) =>
      usage.openGate(
        { ...thread, fence, createdBy, payer: (memberId) => models.payerFor(thread.tenantId, memberId) },
        tellPlace,
      ),
    mayPrompt: async (memberId) =>
      (await database.withTenant(thread.tenantId, (sql) => readMemberRights(sql, thread.threadId, memberId))).has(
        "prompt",
      ),
    isCarriedOut: async (receipt) =>
      (await database.withTenant(thread.tenantId, (sql) => findCommand(sql, receipt))) !== null,
    turnFailed: (turnId, err) => log.error({ ...thread, turnId, err }, "a turn ended without its last event"),
  });
}
