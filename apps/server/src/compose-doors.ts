/** How messages get in, from clients and from other nodes: connections, the router and the owners behind it. */
import type { Foundation } from "./compose-foundation.ts";
import type { Threads } from "./compose-threads.ts";
import type { WorkspaceWork } from "./compose-workspaces.ts";
import type { Config } from "./config.ts";
import { deriveServerSecrets } from "./config-secrets.ts";
import { AccessChanges } from "./connection/access-changes.ts";
import type { Connection } from "./connection/connection.ts";
import { Connections } from "./connection/connections.ts";
import { DatabaseNotices } from "./connection/database-notices.ts";
import type { Request } from "./connection/receive-frames.ts";
import { RedactionChanges } from "./connection/redaction-changes.ts";
import { Revocations } from "./connection/revocations.ts";
import { ShareWatch } from "./connection/share-watch.ts";
import { readNetworkPolicy } from "./egress/network-policies.ts";
import type { LiveCounts } from "./http/metrics-routes.ts";
import type { LocalUser } from "./identity/local-user.ts";
import { findMember } from "./identity/members.ts";
import type { Principal } from "./identity/principal.ts";
import { endedShareLinks } from "./identity/share-links.ts";
import { staleCredentials } from "./identity/stale-credentials.ts";
import { readFollowerAccess } from "./log/thread-access.ts";
import { rightsOn } from "./methods/admit.ts";
import { allHandlers, type HandlerServices } from "./methods/handlers.ts";
import { KeyedCommands } from "./methods/keyed-commands.ts";
import { forwardedAnswerer } from "./methods/owner/answer-forwarded.ts";
import { Owners } from "./methods/owner/owners.ts";
import { performer } from "./methods/owner/perform.ts";
import { answerReceiver } from "./methods/receive-answer.ts";
import { Router } from "./methods/router.ts";
import { remindOfPending } from "./methods/thread-resume.ts";
import { openExport, type ThreadExport } from "./methods/viewer/open-export.ts";
import { viewerHandlers } from "./methods/viewer/viewer-handlers.ts";
import { Rates } from "./rate/rates.ts";
import { RefusalCounts } from "./rate/refusal-counts.ts";
import { systemClock, timeOrderedIds } from "./system-clock.ts";
import { GroupedReads } from "./thread/grouped-reads.ts";
import type { Undo } from "./undo.ts";

export interface Node extends Foundation {
  readonly config: Config;
  readonly threads: Threads;
  readonly workspaceWork: WorkspaceWork;
  readonly localUser: LocalUser & { readonly name: string };
}

export interface Doors {
  readonly connections: Connections;
  readonly rates: Rates;
  openExport(principal: Principal, threadId: string, redacted: boolean): Promise<ThreadExport | null>;
  readonly revocations: Revocations;
}

export function openDoors(node: Node, undo: Undo): Doors {
  const { threads, database, runners, dataDirectory, log } = node;
  const { manager, subscriptions } = threads;
  const owners = openOwners(node);
  const serverSecrets = deriveServerSecrets(node.config);
  const knownSecrets = async (tenantId: string) => [
    ...serverSecrets,
    ...(await threads.secrets.knownSecrets(tenantId)),
  ];
  const services: HandlerServices = {
    ...threads,
    owners,
    commands: new KeyedCommands(threads.directory),
    ...node.workspaceWork,
    audit: node.audit,
    quota: node.config.workspaceQuota,
    workspaceChanged: (tenantId, workspace) =>
      subscriptions.announceToAll(tenantId, workspace.id, "skein/workspace/changed", { workspace }),
    workspaceDeleted: (tenantId, workspaceId) =>
      subscriptions.announceToAll(tenantId, workspaceId, "skein/workspace/deleted", { workspaceId }),
    withTenant: database.withTenant,
    database,
    guardedFetch: node.guardedFetch,
    allowsNetwork: async (tenantId) => (await database.withTenant(tenantId, readNetworkPolicy)).mode !== "off",
    incarnation: database.incarnation,
    isolation: () => runners.facts.isolation,
    dataDirectory,
    clock: systemClock,
    ids: timeOrderedIds,
    gauges: () => countsOf(node, connections),
    greeted: (connection) => notices.greet(connection),
    accounts: node.config.accounts,
    accessChanged: (thread, change) => accessChanges.changed(thread, change),
    tokenRevoked: (tokenId) => revocations.revoked(tokenId),
    shareEnded: (linkId) => shares.revoked(linkId),
    knownSecrets,
    secretsChanged: (tenantId) => redactionChanges.changed(tenantId),
    app: database.app,
    memberChanged: (member, change) => revocations.memberChanged(member, change),
    tenantChanged: (tenantId, { name }) =>
      subscriptions.announceToAll(tenantId, tenantId, "skein/tenant/changed", { name }),
  };
  const { availability } = database;
  const router = new Router(
    allHandlers(services),
    viewerHandlers(services),
    owners,
    threads.directory.findAccess,
    log,
    (work) => availability.bounded(work),
  );
  const answer = forwardedAnswerer({
    locate: (thread) => owners.locate(thread),
    perform: performer(services, router),
    describe: (reason) => router.describe(reason),
    publishedSeq: (threadId) => manager.publishedSeq(threadId),
    effects: () => router.effects(),
  });
  node.calls.answerBy(answer);
  const refusals = new RefusalCounts();
  const rates = new Rates(node.config.rates, refusals, systemClock.monotonic);
  threads.metrics.watchRefusals(refusals.all);
  const receiver = {
    route: (request: Request, connection: Connection) => router.route(request, connection),
    answered: answerReceiver(services, ({ id }, err) => {
      log.error({ err, requestId: id }, "an answer to an approval was lost");
    }),
  };
  const intake = (principal: Principal) => rates.intake(principal);
  const connections = new Connections(subscriptions, threads.presences, receiver, { intake, refusals });
  undo.push(() => connections.stop());
  const notices = new DatabaseNotices(() => connections.greeted);
  availability.onChange((status) => notices.changed(status));
  undo.push(() => notices.stop());
  const revocations = new Revocations({
    bus: node.bus,
    subjects: node.subjects,
    connections: () => connections,
    stale: (principals) => staleCredentials(database.app, principals),
    nameOf: async ({ tenantId, userId }) => (await findMember(database.withTenant, tenantId, userId))?.name ?? null,
    report: (problem, details) => log.error(details, problem),
  });
  undo.push(() => revocations.stop());
  const accessChanges = new AccessChanges({
    bus: node.bus,
    subjects: node.subjects,
    connections: () => connections.greeted,
    rightsOn: (thread, principal) => rightsOn(threads.directory.findAccess, principal, thread.threadId),
    accessOf: (follows) => readFollowerAccess(database.log, follows),
    remind: (thread, subscription) => remindOfPending(services, thread, subscription),
    report: (problem, details) => log.error(details, problem),
  });
  undo.push(() => accessChanges.stop());
  if (node.config.accounts) {
    const looks = new GroupedReads<unknown>();
    const look = () => Promise.all([revocations.check(), accessChanges.check()]);
    database.listen(() => void looks.read("", look));
  }
  const redactionChanges = new RedactionChanges({
    ...{ bus: node.bus, subjects: node.subjects, subscriptions, knownSecrets },
    connections: () => connections,
    report: (problem, details) => log.error(details, problem),
  });
  undo.push(() => redactionChanges.stop());
  const shares = new ShareWatch({
    ...{ bus: node.bus, subjects: node.subjects },
    connections: () => connections,
    ended: (links) => endedShareLinks(database.app, links),
  });
  undo.push(() => shares.stop());
  return {
    ...{ connections, revocations, rates },
    openExport: (principal, threadId, redacted) => openExport(services, principal, threadId, redacted),
  };
}

/** For operators. */
export function countsOf({ threads, presence, bus, runners, audit }: Node, connections: Connections): LiveCounts {
  return {
    connections: connections.count,
    threadsLoaded: threads.manager.loadedThreads.length,
    nodes: presence.live.length,
    leaseAgeMs: threads.keeper.oldestProofMs,
    onBus: bus.state.type === "connected",
    runnersAway: runners.away,
    threadsLeft: threads.abandoned.leftCount,
    auditLinesDropped: audit.droppedCount,
  };
}

function openOwners({ terms, database, threads, calls }: Node): Owners {
  const { manager, directory, subscriptions } = threads;
  return new Owners({
    nodeId: terms.nodeId,
    leaseMs: terms.leaseSeconds * 1000,
    isLoaded: (thread) => manager.holds(thread),
    ownerOf: (thread) => database.availability.bounded(directory.owner(thread)),
    load: (thread) => manager.host(thread),
    call: (owner, id, body, timeoutMs) => calls.call(owner, id, body, timeoutMs),
    reach: (threadId, seq) => subscriptions.reach(threadId, seq),
  });
}
