/**
 * The composition root: the one place that sees everything. A message walks connection → router → handler → thread host →
 * event log, and its events walk subscriptions → connections; this file only ties the parts together and takes them
 * apart again, in the reverse order.
 */
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import fastifyCookie from "@fastify/cookie";
import fastifyWebsocket from "@fastify/websocket";
import { createProcessRegistry } from "@skein/core/tools/command/processes";
import { defaultTools } from "@skein/core/tools/default-tools";
import { closeCodes } from "@skein/protocol/close-codes";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { Bus } from "./bus/bus.ts";
import { NodeCalls } from "./bus/node-calls.ts";
import { openBus } from "./bus/open-bus.ts";
import { type Subjects, subjectsOf } from "./bus/subjects.ts";
import type { Config } from "./config.ts";
import { registerUpgrades, socketOptions } from "./connection/accept-upgrade.ts";
import { Connections } from "./connection/connections.ts";
import { DatabaseNotices } from "./connection/database-notices.ts";
import { Revocations } from "./connection/revocations.ts";
import { removeControlFile, writeControlFile } from "./control/control-file.ts";
import { type Database, openDatabase } from "./database/database.ts";
import type { DatabaseTarget } from "./database/pools.ts";
import { derivePublicAddress, type PublicAddress } from "./http/allowed-origin.ts";
import { registerRequestChecks } from "./http/check-request.ts";
import { registerControlRoutes } from "./http/control-routes.ts";
import { registerDatabaseErrors } from "./http/database-errors.ts";
import { registerHealthRoutes } from "./http/health-routes.ts";
import { type LiveCounts, Metrics } from "./http/metrics-routes.ts";
import { registerOutputRoutes } from "./http/output-routes.ts";
import { registerSecurityHeaders } from "./http/security-headers.ts";
import { credentialsOf, registerSessionRoutes } from "./http/session-routes.ts";
import { registerStaticWeb, servePage } from "./http/static-web.ts";
import { authenticator } from "./identity/authenticate.ts";
import { endedCredentials } from "./identity/ended-credentials.ts";
import { ensureLocalUser, type LocalUser } from "./identity/local-user.ts";
import { makeSecret } from "./identity/secret.ts";
import { createSignInLink } from "./identity/sign-in-link.ts";
import { AbandonedThreads } from "./lease/abandoned-threads.ts";
import { LeaseKeeper } from "./lease/lease-keeper.ts";
import type { LeaseTerms } from "./lease/leases.ts";
import { type NodePresence, registerNode } from "./lease/node-presence.ts";
import type { Append, AppendedRange } from "./log/append.ts";
import { EventLog } from "./log/event-log.ts";
import { readHeads } from "./log/heads.ts";
import { writeSnapshot } from "./log/write-snapshot.ts";
import { compactChunksJob } from "./maintenance/compact-chunks.ts";
import { forgetCommands } from "./maintenance/forget-commands.ts";
import { Maintenance, type MaintenanceJob } from "./maintenance/maintenance.ts";
import { sweepBlobsJob } from "./maintenance/sweep-blobs.ts";
import { allHandlers, type HandlerServices } from "./methods/handlers.ts";
import { KeyedCommands } from "./methods/keyed-commands.ts";
import { forwardedAnswerer } from "./methods/owner/answer-forwarded.ts";
import { Owners } from "./methods/owner/owners.ts";
import { performer } from "./methods/owner/perform.ts";
import { answerReceiver } from "./methods/receive-answer.ts";
import { Router } from "./methods/router.ts";
import { type ModelAccess, openModelAccess } from "./model/model-access.ts";
import { nodeIdentity } from "./node-identity.ts";
import { elsewhereOver } from "./subscription/elsewhere.ts";
import { HeadCheck } from "./subscription/head-check.ts";

import { Subscriptions } from "./subscription/subscriptions.ts";
import { systemClock, timeOrderedIds } from "./system-clock.ts";
import { guardEnvironment } from "./thread/guard-environment.ts";
import { leaseOwnership } from "./thread/lease-ownership.ts";
import { environmentOpener } from "./thread/open-environment.ts";
import { snapshotVersion } from "./thread/owner-snapshot.ts";
import { ThreadDirectory } from "./thread/thread-directory.ts";
import { ThreadManager } from "./thread/thread-manager.ts";
import { openRunners } from "./workspace/open-runners.ts";
import type { Runners } from "./workspace/runners.ts";
import { Workspaces } from "./workspace/workspaces.ts";

export interface App {
  /** Where it answers, and what people type. */
  readonly address: PublicAddress;
  /** A link that signs the local user in, once. */
  signInLink(): Promise<string>;
  /** Resolves with the reason when this process must end. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

const localUserName = "Local user";
const linkSeconds = 15 * 60;
const webDirectory = join(import.meta.dirname, "../../web/dist");

/** What was opened, to be closed in the reverse order. */
type Undo = (() => unknown)[];

/** What a test puts in the place of a part that the configuration names. */
export interface Substitutes {
  readonly database?: DatabaseTarget;
  readonly bus?: Bus;
  /** Is given every append to the log and carries it out by `commit`. */
  readonly aroundAppend?: (append: Append, commit: () => Promise<AppendedRange>) => Promise<AppendedRange>;
}

export async function openApp(config: Config, log: FastifyBaseLogger, substitutes: Substitutes = {}): Promise<App> {
  const undo: Undo = [];
  try {
    return await open(config, log, substitutes, undo);
  } catch (error) {
    await close(undo);
    throw error;
  }
}

async function open(config: Config, log: FastifyBaseLogger, substitutes: Substitutes, undo: Undo): Promise<App> {
  const database = await openDatabase({ ...config, target: substitutes.database ?? null });
  undo.push(() => database.close());
  const maintenance = new Maintenance(maintenanceJobs(config, database), {
    clock: systemClock,
    failed: (job, err) => log.error({ job, err }, "a maintenance job failed; it is tried again at its next time"),
  });
  undo.push(() => maintenance.stop());
  const localUser = { ...(await ensureLocalUser(database.app, localUserName)), name: localUserName };
  const dataDirectory = await realpath(config.dataDirectory);
  const runners = await openRunnersOf(config, database, dataDirectory, log);
  undo.push(() => runners.closeAll());
  const { nodeId, home } = await nodeIdentity(dataDirectory, config.nodeId);
  const failed = Promise.withResolvers<string>();
  const terms = { log: database.log, nodeId, leaseSeconds: config.leaseSeconds };
  const presence = await registerNode(terms, home, {
    replaced: () => failed.resolve(`another process has become the node ${nodeId}`),
  });
  undo.push(() => presence.leave());
  const bus = substitutes.bus ?? openBus(config.nats, nodeId, log);
  undo.push(() => bus.close());
  const subjects = subjectsOf(database.incarnation);
  const foundation = { database, runners, dataDirectory, terms, presence, bus, subjects, log };
  const threads = await openThreads(config, foundation, substitutes, undo);
  const signInToken = () => createSignInLink(database.withTenant, localUser, linkSeconds);
  const node = { ...foundation, config, threads, localUser, signInToken };
  const address = await serve(node, undo);
  const stop = () => close(undo);
  return { address, signInLink: () => linkOf(address, signInToken), failed: failed.promise, stop };
}

function maintenanceJobs({ compactAfterSeconds }: Config, { log }: Database): readonly MaintenanceJob[] {
  return [forgetCommands(log), compactChunksJob(log, compactAfterSeconds), sweepBlobsJob(log)];
}

async function linkOf(address: PublicAddress, signInToken: () => Promise<string>): Promise<string> {
  return `${address.url}/sign-in?token=${await signInToken()}`;
}

async function close(undo: Undo): Promise<void> {
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
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

interface Foundation {
  readonly database: Database;
  readonly runners: Runners;
  readonly dataDirectory: string;
  readonly terms: LeaseTerms;
  readonly presence: NodePresence;
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly log: FastifyBaseLogger;
}

interface Threads {
  readonly models: ModelAccess;
  readonly workspaces: Workspaces;
  readonly subscriptions: Subscriptions;
  readonly directory: ThreadDirectory;
  readonly manager: ThreadManager;
  readonly keeper: LeaseKeeper;
  readonly metrics: Metrics;
}

async function openThreads(
  config: Config,
  foundation: Foundation,
  { aroundAppend = (_, commit) => commit() }: Substitutes,
  undo: Undo,
): Promise<Threads> {
  const { database, runners, terms, bus, subjects, log } = foundation;
  const models = openModelAccess(config.model);
  const workspaces = new Workspaces(database.withTenant, runners);
  const directory = new ThreadDirectory({
    ...terms,
    withTenant: database.withTenant,
    made: (threadId, atMs) => keeper.proved(threadId, atMs),
  });
  const metrics = new Metrics();
  const eventLog = new EventLog(database.log, {
    onCommit: (commit) => {
      metrics.committed(commit);
      database.availability.stored();
    },
    onFailure: (failure, err) => {
      database.availability.failed(failure);
      log.warn({ err, failure }, "a group commit failed");
    },
  });
  undo.push(() => eventLog.close());
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const openEnvironment = environmentOpener(runners, workspaces);
  const report = (problem: string, details: object) => log.error(details, problem);
  const subscriptions = new Subscriptions({
    incarnation: database.incarnation,
    sourceOf: (thread) => ({
      readAfter: (seq) => directory.eventsAfter(thread, seq),
      sizeAfter: (seq) => directory.sizeAfter(thread, seq),
    }),
    onUnwatched: ({ threadId }) => manager.considerUnloading(threadId),
    elsewhere: elsewhereOver(bus, subjects, report),
    report,
  });
  undo.push(() => subscriptions.close());
  const headCheck = new HeadCheck({ subscriptions, readHeads: (threadIds) => readHeads(database.log, threadIds) });
  undo.push(() => headCheck.stop());
  const manager = new ThreadManager({
    nodeId: terms.nodeId,
    log: { append: (append) => aroundAppend(append, () => eventLog.append(append)) },
    ownership: leaseOwnership(terms, () => keeper),
    subscriptions,
    clock: systemClock,
    exists: async (thread) => (await directory.find(thread)) !== null,
    readOwned: (thread) => directory.owned(thread),
    hostPorts: (thread, { workspaceId }, fence) => ({
      model: models.model,
      modelInfo: models.modelInfo,
      clock: systemClock,
      ids: timeOrderedIds,
      tools: defaultTools,
      processes: createProcessRegistry(),
      timeZone,
      openEnvironment: async (settings, waiting) => {
        const environment = await openEnvironment(thread, workspaceId, fence, settings, waiting);
        return environment === null ? null : guardEnvironment(environment, () => keeper.holds(thread.threadId));
      },
      turnFailed: (turnId, err) => log.error({ ...thread, turnId, err }, "a turn ended without its last event"),
    }),
    writeSnapshot: (threadId, fence, snapshot) =>
      writeSnapshot(database.log, { threadId, fence, version: snapshotVersion, ...snapshot }),
    deleteThread: (thread) => directory.delete(thread),
    closeEnvironment: (threadId) => runners.close(threadId),
    report,
  });
  const keeper: LeaseKeeper = new LeaseKeeper(terms, {
    held: () => manager.held(),
    lost: (threadIds) => manager.lost(threadIds),
    renewed: (threadId, validForMs) => runners.renewLease(threadId, validForMs),
  });
  undo.push(() => keeper.stop());
  // Before the keeper stops: leases are needed until the last thread is handed over.
  undo.push(() => manager.stop(config.stopGraceSeconds * 1000));
  const abandoned = new AbandonedThreads(terms, {
    held: () => manager.held().map(({ threadId }) => threadId),
    load: (thread) => manager.load(thread),
    report: (problem, details) => log.error(details, problem),
  });
  undo.push(() => abandoned.stop());
  await abandoned.start();
  return { models, workspaces, subscriptions, directory, manager, keeper, metrics };
}

interface Node extends Foundation {
  readonly config: Config;
  readonly threads: Threads;
  readonly localUser: LocalUser & { readonly name: string };
  signInToken(): Promise<string>;
}

async function serve(node: Node, undo: Undo): Promise<PublicAddress> {
  const { config, log } = node;
  const app = Fastify({ loggerInstance: log, logController: new LogController({ disableRequestLogging: true }) });
  let address = derivePublicAddress(config.publicUrl, config.port);
  let stopping = false;
  const doors = openDoors(node, undo);
  const { connections } = doors;
  const secret = makeSecret();
  await registerRoutes(app, node, doors, { address: () => address, isStopping: () => stopping, secret });
  await app.listen({ host: config.host, port: config.port });
  undo.push(async () => {
    stopping = true;
    connections.closeAll(closeCodes.restarting);
    await app.close();
  });
  const listening = app.server.address();
  if (typeof listening === "object" && listening !== null) {
    address = derivePublicAddress(config.publicUrl, listening.port);
    await writeControlFile(node.dataDirectory, { url: address.url, secret });
    undo.push(() => removeControlFile(node.dataDirectory));
  }
  return address;
}

interface Doors {
  readonly connections: Connections;
  readonly revocations: Revocations;
}

function openDoors(node: Node, undo: Undo): Doors {
  const { threads, database, runners, dataDirectory, log } = node;
  const { manager, subscriptions } = threads;
  const calls = new NodeCalls(node.bus, node.subjects, node.terms.nodeId, (body) => answerForwarded(body));
  undo.push(() => calls.stop());
  const owners = openOwners(node, calls);
  const services: HandlerServices = {
    ...threads,
    owners,
    commands: new KeyedCommands(threads.directory),
    withTenant: database.withTenant,
    incarnation: database.incarnation,
    isolation: () => runners.facts.isolation,
    dataDirectory,
    clock: systemClock,
    ids: timeOrderedIds,
    gauges: () => countsOf(node, connections),
    greeted: (connection) => notices.greet(connection),
    tokenRevoked: (tokenId) => revocations.revoked(tokenId),
  };
  const { availability } = database;
  const router = new Router(allHandlers(services), owners, log, (work) => availability.bounded(work));
  const answerForwarded = forwardedAnswerer({
    locate: (thread) => owners.locate(thread),
    perform: performer(services, router),
    describe: (reason) => router.describe(reason),
    publishedSeq: (threadId) => manager.publishedSeq(threadId),
    runEffects: (effects) => router.runEffects(effects),
  });
  const connections = new Connections(subscriptions, {
    route: (request, connection) => router.route(request, connection),
    answered: answerReceiver(services, ({ id }, err) => {
      log.error({ err, requestId: id }, "an answer to an approval was lost");
    }),
  });
  undo.push(() => connections.stop());
  const notices = new DatabaseNotices(() => connections.greeted);
  availability.onChange((status) => notices.changed(status));
  undo.push(() => notices.stop());
  const revocations = new Revocations({
    bus: node.bus,
    subjects: node.subjects,
    connections: () => connections,
    ended: (sessionIds, tokenIds) => endedCredentials(database.app, sessionIds, tokenIds),
    report: (problem, details) => log.error(details, problem),
  });
  undo.push(() => revocations.stop());
  return { connections, revocations };
}

/** For operators. */
function countsOf({ threads, presence, bus, runners }: Node, connections: Connections): LiveCounts {
  return {
    connections: connections.count,
    threadsLoaded: threads.manager.loadedThreads.length,
    nodes: presence.live.length,
    leaseAgeMs: threads.keeper.oldestProofMs,
    onBus: bus.state.type === "connected",
    runnersAway: runners.away,
  };
}

function openOwners({ terms, database, threads }: Node, calls: NodeCalls): Owners {
  const { manager, directory, subscriptions } = threads;
  return new Owners({
    nodeId: terms.nodeId,
    leaseMs: terms.leaseSeconds * 1000,
    isLoaded: (threadId) => manager.loadedHost(threadId) !== null,
    ownerOf: (thread) => database.availability.bounded(directory.owner(thread)),
    load: (thread) => manager.host(thread),
    call: (owner, id, body, timeoutMs) => calls.call(owner, id, body, timeoutMs),
    reach: (threadId, seq) => subscriptions.reach(threadId, seq),
  });
}

async function registerRoutes(
  app: FastifyInstance,
  node: Node,
  { connections, revocations }: Doors,
  state: { address: () => PublicAddress; isStopping: () => boolean; secret: string },
): Promise<void> {
  const { database, runners, threads, localUser, signInToken, config } = node;
  const authenticate = authenticator({ app: database.app, localUser, configuredToken: config.accessToken });
  registerRequestChecks(app, state.address);
  registerDatabaseErrors(app);
  await registerSecurityHeaders(app, state.address());
  await app.register(fastifyCookie);
  await app.register(fastifyWebsocket, { options: socketOptions });
  threads.metrics.serve(app, () => countsOf(node, connections));
  registerHealthRoutes(app, {
    database: () => database.availability.status,
    bus: () => node.bus.state,
    facts: () => runners.facts,
    isStopping: state.isStopping,
  });
  registerSessionRoutes(app, {
    database,
    authenticate,
    address: state.address,
    signedOut: (sessionId) => revocations.revoked(sessionId),
  });
  registerOutputRoutes(app, {
    authenticate,
    address: state.address,
    output: (thread, itemId) => threads.directory.output(thread, itemId),
  });
  registerControlRoutes(app, { secret: state.secret, signInLink: () => linkOf(state.address(), signInToken) });
  registerUpgrades(app, {
    connections,
    principalOf: (request) => authenticate(credentialsOf(request, state.address())),
    servePage,
  });
  await registerStaticWeb(app, webDirectory);
}
